# Has programs run and holds sockets in network namespaces, for one test process: in Perl, which starts in a moment and has
# packet sockets; and one for all namespaces. A line in: `ID WORK ARGUMENT ...`, a line out: `ID RESULT ...`, or `ID! WHY`;
# arguments in hex, `-` where empty. What comes in at a wire or a connection is told as `@NUMBER DATA`. It ends with its
# standard input.
use strict;
use warnings;
use File::Basename qw(dirname);
use Socket qw(:DEFAULT :addrinfo inet_ntop unpack_sockaddr_in6);

our %works;
require(dirname(__FILE__) . "/$_.pl") for qw(loop spaces programs datagrams streams);

$| = 1;
$SIG{PIPE} = 'IGNORE';

sub words { join(' ', map { $_ eq '' ? '-' : unpack('H*', $_) } @_) }
sub answer { my ($id, @results) = @_; print join(' ', $id, @results ? words(@results) : ()), "\n" }

sub refuse { my ($id, $why) = @_; print "$id! ", words($why), "\n" }

sub address_of {
  my ($address, $port) = @_;
  my ($error, $found) = getaddrinfo($address, $port, { flags => AI_NUMERICHOST, socktype => SOCK_STREAM });
  die "$address: $error\n" if $error;
  return $found;
}

sub peer_of {
  my ($name) = @_;
  my ($family) = sockaddr_family($name);
  my (undef, $address) = $family == AF_INET6 ? unpack_sockaddr_in6($name) : unpack_sockaddr_in($name);
  return inet_ntop($family, $address) =~ s/^::ffff://r;
}

# NAMESPACE: lets go of all that is in it, as it lives for as long as that does.
$works{leave} = sub {
  my ($id, $space) = @_;
  leave($space);
  end_shell($space);
  answer($id);
};

my $input = '';
wait_for_ever(\*STDIN, sub {
  sysread(STDIN, $input, 1 << 20, length $input) or exit;
  while ($input =~ s/^([^\n]*)\n//) {
    my ($id, $work, @arguments) = split(/ /, $1);
    eval { $works{$work}->($id, map { $_ eq '-' ? '' : pack('H*', $_) } @arguments); 1 }
      or refuse($id, $@ || 'failed');
  }
});

