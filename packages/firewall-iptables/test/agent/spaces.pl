# Network namespaces (setns(2)): what is made in one stays in it.
use strict;
use warnings;
use Config;
use Errno;

use constant CLONE_NEWNET => 0x40000000;

our %works;
my $SETNS = $Config{archname} =~ /^aarch64/ ? 268 : 308;
my %held;     # Sockets by namespace, so that it can go.
my %numbered; # Those that somebody talks of, by their numbers.
my $made = 0;
open(my $home, '<', '/proc/self/ns/net') or die "own namespace: $!";

sub enter_file { my ($file) = @_; syscall($SETNS, fileno($file), CLONE_NEWNET) == 0 or die "setns: $!\n" }

# For good.
sub enter {
  my ($space) = @_;
  open(my $there, '<', "/run/netns/$space") or die "$space: $!\n";
  enter_file($there);
}

# Does something in a namespace, and is back whatever became of it.
sub inside {
  my ($space, $work) = @_;
  enter($space);
  my $made = eval { $work->() };
  my $error = $@;
  enter_file($home);
  die $error if $error;
  return $made;
}

sub keep { my ($space, $file) = @_; push @{$held{$space}}, $file; return $file }
sub number_of { my ($file) = @_; $numbered{++$made} = $file; return $made }

# NAMESPACE NAME VALUE ...: settings of the kernel, as in sysctl(8).
$works{set} = sub {
  my ($id, $space, @settings) = @_;
  inside($space, sub {
    while (my ($name, $value) = splice(@settings, 0, 2)) {
      my $path = '/proc/sys/' . $name =~ tr{.}{/}r;
      open(my $file, '>', $path) or die "$name: $!\n";
      print $file $value;
      close($file) or die "$name: $!\n";
    }
  });
  answer($id);
};

# NUMBER DATA: puts it onto a wire, or says it to a connection.
$works{send} = sub {
  my ($id, $number, $data) = @_;
  my $socket = $numbered{$number} // die "it is closed\n";
  # A peer that is gone hears nothing.
  defined send($socket, $data, 0) or $!{EPIPE} or $!{ECONNRESET} or $!{EBADF} or die "send: $!\n";
  answer($id);
};

# NUMBER: no more of it.
$works{close} = sub {
  my ($id, $number) = @_;
  done_with(delete $numbered{$number}) if $numbered{$number};
  answer($id);
};

# Closes all that is in a namespace.
sub leave { my ($space) = @_; done_with($_) for @{delete $held{$space} // []} }

1;
