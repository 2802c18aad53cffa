# Has programs run and holds sockets in network namespaces, for one test process: in Perl, which starts in a moment and has
# packet sockets (packet(7)); and one for all namespaces, since a socket stays in the one that it was made in
# (setns(2)). A line in: `ID WORK ARGUMENT ...`, a line out: `ID RESULT ...`, or `ID! WHY`; arguments in hex, `-` where empty.
# What comes in at a wire or a connection is told as `@NUMBER DATA`. It ends with its standard input.
use strict;
use warnings;
use Config;
use Errno qw(EINPROGRESS);
use File::Temp qw(tempdir);
use Fcntl qw(F_GETFL F_SETFL O_NONBLOCK);
use Socket qw(:DEFAULT :addrinfo IPPROTO_IPV6 IPPROTO_TCP IPV6_V6ONLY TCP_NODELAY inet_ntop pack_sockaddr_in6 unpack_sockaddr_in6);
use Time::HiRes qw(time);

use constant { CLONE_NEWNET => 0x40000000, AF_PACKET => 17, PACKET_OUTGOING => 4, SOL_PACKET => 263 };

$| = 1;
$SIG{PIPE} = 'IGNORE';
my $SETNS = $Config{archname} =~ /^aarch64/ ? 268 : 308;
my ($ready, $writable, $input) = ('', '', '');
my %readers;    # What to do when there is something to read, by descriptor.
my %writers;    # The same where there is room to write.
my %timers;     # When to do what, by descriptor.
my %held;       # Sockets by namespace, so that it can go.
my %numbered;   # Wires and connections by their numbers.
my %shells;     # By namespace, '' for where this runs.
my $made = 0;
my $folder = tempdir('netdev-agent-XXXXXX', DIR => '/run', CLEANUP => 1);
open(my $home, '<', '/proc/self/ns/net') or die "own namespace: $!";

sub words { join(' ', map { $_ eq '' ? '-' : unpack('H*', $_) } @_) }
sub answer { my ($id, @results) = @_; print join(' ', $id, @results ? words(@results) : ()), "\n" }

sub refuse { my ($id, $why) = @_; print "$id! ", words($why), "\n" }

sub enter { my ($file) = @_; syscall($SETNS, fileno($file), CLONE_NEWNET) == 0 or die "setns: $!\n" }

# Does something in a namespace, and is back whatever became of it.
sub inside {
  my ($space, $work) = @_;
  open(my $there, '<', "/run/netns/$space") or die "$space: $!\n";
  enter($there);
  my $made = eval { $work->() };
  my $error = $@;
  enter($home);
  die $error if $error;
  return $made;
}

sub on_readable { my ($file, $do) = @_; $readers{fileno($file)} = $do; vec($ready, fileno($file), 1) = 1 }
sub on_writable { my ($file, $do) = @_; $writers{fileno($file)} = $do; vec($writable, fileno($file), 1) = 1 }
sub no_longer_writable { my ($file) = @_; delete $writers{fileno($file)}; vec($writable, fileno($file), 1) = 0 }

sub done_with {
  my ($file) = @_;
  my $number = fileno($file);
  return unless defined $number;
  delete $_->{$number} for (\%readers, \%writers, \%timers);
  vec($ready, $number, 1) = vec($writable, $number, 1) = 0;
  close($file);
}

sub keep { my ($space, $file) = @_; push @{$held{$space}}, $file; return $file }
sub number_of { my ($file) = @_; $numbered{++$made} = $file; return $made }
sub unblock { my ($file) = @_; fcntl($file, F_SETFL, fcntl($file, F_GETFL, 0) | O_NONBLOCK); return $file }

sub address_of {
  my ($address, $port) = @_;
  my ($error, $found) = getaddrinfo($address, $port, { flags => AI_NUMERICHOST, socktype => SOCK_STREAM });
  die "$address: $error\n" if $error;
  return $found;
}

sub datagrams {
  my ($own) = @_;
  socket(my $socket, $own->{family}, SOCK_DGRAM, 0) or die "socket: $!\n";
  setsockopt($socket, SOL_SOCKET, $_, 1) for (SO_REUSEADDR, SO_BROADCAST);
  setsockopt($socket, IPPROTO_IPV6, IPV6_V6ONLY, 1) if $own->{family} == AF_INET6;
  bind($socket, $own->{addr}) or die "bind: $!\n";
  return $socket;
}

sub stream { my ($family) = @_; socket(my $socket, $family, SOCK_STREAM, 0) or die "socket: $!\n"; return unblock($socket) }

# Begins a connection; tells when it stands, or why it does not in time.
sub dial {
  my ($space, $to, $port, $from, $patience, $then) = @_;
  my $peer = address_of($to, $port);
  my $socket = inside($space, sub { stream($peer->{family}) });
  return $then->($socket, "$!") if $from ne '' && !bind($socket, address_of($from, 0)->{addr});
  return $then->($socket, '') if connect($socket, $peer->{addr});
  return $then->($socket, "$!") if $! != EINPROGRESS;
  $timers{fileno($socket)} = [time + $patience / 1000, sub { $then->($socket, 'no answer') }];
  on_writable($socket, sub {
    no_longer_writable($socket);
    delete $timers{fileno($socket)};
    local $! = unpack('i', getsockopt($socket, SOL_SOCKET, SO_ERROR));
    $then->($socket, $! ? "$!" : '');
  });
}

sub peer_of {
  my ($name) = @_;
  my ($family) = sockaddr_family($name);
  my (undef, $address) = $family == AF_INET6 ? unpack_sockaddr_in6($name) : unpack_sockaddr_in($name);
  return inet_ntop($family, $address) =~ s/^::ffff://r;
}

# A shell of a namespace: it is small, and starts a program four times as fast as this one does (vfork(2)).
sub start_shell {
  my ($space) = @_;
  my $files = "$folder/" . ++$made;
  pipe(my $theirs, my $orders) or die "pipe: $!\n";
  pipe(my $statuses, my $said) or die "pipe: $!\n";
  my $pid = fork() // die "fork: $!\n";
  if ($pid == 0) {
    eval {
      $SIG{PIPE} = 'DEFAULT';
      if ($space ne '') { open(my $there, '<', "/run/netns/$space") or die "$space: $!\n"; enter($there) }
      open(STDIN, '<&', $theirs) && open(STDOUT, '>&', $said) or die "dup: $!\n";
      exec('sh') or die "sh: $!\n";
    };
    print STDERR $@;
    require POSIX;
    POSIX::_exit(127);
  }
  close($_) for ($theirs, $said);
  my $shell = { pid => $pid, input => $orders, files => $files, orders => [] };
  $orders->autoflush(1);
  on_readable($statuses, sub {
    my $length = sysread($statuses, my $status, 64);
    if (!$length) {
      done_with($statuses);
      refuse($_->{id}, "no shell in $space") for @{$shell->{orders}};
      delete $shells{$space};
      return;
    }
    my $order = shift @{$shell->{orders}};
    answer($order->{id}, $status + 0, content("$files.out"), content("$files.err"));
    next_order($shell) if @{$shell->{orders}};
  });
  return $shell;
}

sub next_order {
  my ($shell) = @_;
  my ($text, $argv, $files) = ($shell->{orders}[0]{text}, $shell->{orders}[0]{argv}, $shell->{files});
  my $from = '/dev/null';
  if ($text ne '') {
    $from = "$files.in";
    open(my $file, '>', $from) or die "$from: $!\n";
    print $file $text;
  }
  my $words = join(' ', map { "'" . s/'/'\\''/gr . "'" } @$argv);
  print { $shell->{input} } "$words <$from >$files.out 2>$files.err; echo \$?\n";
}

sub content { my ($path) = @_; open(my $file, '<', $path) or return ''; local $/; return <$file> // '' }

my %works = (
  # NAMESPACE INPUT PROGRAM ARGUMENT ...: status, output, errors. In a namespace one program runs at a time.
  run => sub {
    my ($id, $space, $text, @argv) = @_;
    my $shell = $shells{$space} //= start_shell($space);
    push @{$shell->{orders}}, { id => $id, text => $text, argv => \@argv };
    next_order($shell) if @{$shell->{orders}} == 1;
  },

  # NAMESPACE DEVICE: the number of a wire, whose frames are told from now on.
  wire => sub {
    my ($id, $space, $device) = @_;
    my $socket = inside($space, sub {
      socket(my $socket, AF_PACKET, SOCK_RAW, unpack('S', pack('n', 3))) or die "socket: $!\n";
      my $request = pack('a16 x24', $device);
      ioctl($socket, 0x8933, $request) or die "$device: $!\n"; # SIOCGIFINDEX
      my $index = unpack('x16 i', $request);
      bind($socket, pack('S n i S C C a8', AF_PACKET, 3, $index, 0, 0, 0, '')) or die "bind: $!\n";
      setsockopt($socket, SOL_PACKET, 1, pack('i S S a8', $index, 1, 0, '')) or die "promiscuous: $!\n";
      return $socket;
    });
    my $number = number_of(keep($space, unblock($socket)));
    on_readable($socket, sub {
      while (defined(my $from = recv($socket, my $frame, 65535, 0))) {
        answer("\@$number", $frame) if (unpack('S n i S C C', $from))[4] != PACKET_OUTGOING;
      }
    });
    answer($id, $number);
  },

  # NUMBER DATA: puts it onto a wire, or says it to a connection.
  send => sub {
    my ($id, $number, $data) = @_;
    my $socket = $numbered{$number} // die "it is closed\n";
    defined send($socket, $data, 0) or die "send: $!\n";
    answer($id);
  },

  # NAMESPACE PORT WHAT: answers connections with the address they come from (`peer`), or what they say (`echo`).
  serve => sub {
    my ($id, $space, $port, $what) = @_;
    my $server = inside($space, sub { stream(AF_INET6) });
    setsockopt($server, SOL_SOCKET, SO_REUSEADDR, 1);
    setsockopt($server, IPPROTO_IPV6, IPV6_V6ONLY, 0);
    bind($server, pack_sockaddr_in6($port, Socket::IN6ADDR_ANY())) or die "port $port: $!\n";
    listen($server, 64) or die "listen: $!\n";
    keep($space, $server);
    on_readable($server, sub {
      my $name = accept(my $socket, $server) or return;
      if ($what eq 'peer') { send($socket, peer_of($name), 0); close($socket); return }
      keep($space, unblock($socket));
      on_readable($socket, sub {
        my $length = sysread($socket, my $said, 65536);
        return send($socket, $said, 0) if $length;
        done_with($socket);
      });
    });
    answer($id);
  },

  # NAMESPACE PORT FAMILY: the number of a UDP socket, whose datagrams are told from now on.
  hear => sub {
    my ($id, $space, $port, $family) = @_;
    my $any = address_of($family eq 'ipv6' ? '::' : '0.0.0.0', $port);
    my $socket = inside($space, sub { datagrams($any) });
    my $number = number_of(keep($space, unblock($socket)));
    on_readable($socket, sub { my $data; answer("\@$number", $data) while defined recv($socket, $data, 65535, 0) });
    answer($id, $number);
  },

  # NAMESPACE FROM-PORT ADDRESS PORT DATA: one datagram.
  post => sub {
    my ($id, $space, $from, $to, $port, $data) = @_;
    my $any = address_of($to =~ /:/ ? '::' : '0.0.0.0', $from);
    my $socket = inside($space, sub { datagrams($any) });
    defined send($socket, $data, 0, address_of($to, $port)->{addr}) or die "send: $!\n";
    close($socket);
    answer($id);
  },

  # NAMESPACE ADDRESS PORT SOURCE MILLISECONDS: what a server said first, or nothing.
  ask => sub {
    my ($id, $space, $to, $port, $from, $patience) = @_;
    my $end = sub { my ($socket, @said) = @_; done_with($socket); answer($id, @said) };
    dial($space, $to, $port, $from, $patience, sub {
      my ($socket, $error) = @_;
      return $end->($socket) if $error;
      $timers{fileno($socket)} = [time + $patience / 1000, sub { $end->($socket) }];
      on_readable($socket, sub { my $said; $end->($socket, sysread($socket, $said, 65536) ? $said : ()) });
    });
  },

  # NAMESPACE ADDRESS PORT MILLISECONDS: the number of a connection that stays, whose words are told from now on.
  dial => sub {
    my ($id, $space, $to, $port, $patience) = @_;
    dial($space, $to, $port, '', $patience, sub {
      my ($socket, $error) = @_;
      if ($error) { done_with($socket); return refuse($id, $error) }
      setsockopt($socket, IPPROTO_TCP, TCP_NODELAY, 1);
      my $number = number_of(keep($space, $socket));
      on_readable($socket, sub {
        my $said;
        if (sysread($socket, $said, 65536)) { answer("\@$number", $said) } else { done_with($socket) }
      });
      answer($id, $number);
    });
  },

  # NUMBER: no more of it.
  close => sub {
    my ($id, $number) = @_;
    done_with(delete $numbered{$number}) if $numbered{$number};
    answer($id);
  },

  # NAMESPACE NAME VALUE ...: settings of the kernel, as in sysctl(8).
  set => sub {
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
  },

  # NAMESPACE: lets go of all that is in it.
  leave => sub {
    my ($id, $space) = @_;
    done_with($_) for @{delete $held{$space} // []};
    if (my $shell = delete $shells{$space}) { close($shell->{input}); waitpid($shell->{pid}, 0) }
    answer($id);
  },
);

on_readable(\*STDIN, sub {
  sysread(STDIN, $input, 1 << 20, length $input) or exit;
  while ($input =~ s/^([^\n]*)\n//) {
    my ($id, $work, @arguments) = split(/ /, $1);
    eval { $works{$work}->($id, map { $_ eq '-' ? '' : pack('H*', $_) } @arguments); 1 }
      or refuse($id, $@ || 'failed');
  }
});

while (1) {
  my ($soonest) = sort { $a <=> $b } map { $_->[0] } values %timers;
  my $patience = defined $soonest ? ($soonest > time ? $soonest - time : 0) : undef;
  select(my $readable = $ready, my $roomy = $writable, undef, $patience);
  for my $number (keys %readers) { $readers{$number}->() if $readers{$number} && vec($readable, $number, 1) }
  for my $number (keys %writers) { $writers{$number}->() if $writers{$number} && vec($roomy, $number, 1) }
  for my $number (keys %timers) { $timers{$number}->[1]->() if $timers{$number} && $timers{$number}->[0] <= time }
}
