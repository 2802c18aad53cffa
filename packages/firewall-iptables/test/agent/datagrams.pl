# Frames as they are (packet(7)), datagrams and pings.
use strict;
use warnings;
use Errno qw(EPERM);
use Socket qw(:DEFAULT IPPROTO_IPV6 IPV6_V6ONLY);

use constant { AF_PACKET => 17, PACKET_OUTGOING => 4, SIOCGIFINDEX => 0x8933, SOL_PACKET => 263 };

our %works;

sub datagrams {
  my ($own) = @_;
  socket(my $socket, $own->{family}, SOCK_DGRAM, 0) or die "socket: $!\n";
  setsockopt($socket, SOL_SOCKET, $_, 1) for (SO_REUSEADDR, SO_BROADCAST);
  setsockopt($socket, IPPROTO_IPV6, IPV6_V6ONLY, 1) if $own->{family} == AF_INET6;
  bind($socket, $own->{addr}) or die "bind: $!\n";
  return $socket;
}

# NAMESPACE DEVICE: the number of a wire, whose frames are told from now on.
$works{wire} = sub {
  my ($id, $space, $device) = @_;
  my $socket = inside($space, sub {
    socket(my $socket, AF_PACKET, SOCK_RAW, unpack('S', pack('n', 3))) or die "socket: $!\n";
    my $request = pack('a16 x24', $device);
    ioctl($socket, SIOCGIFINDEX, $request) or die "$device: $!\n";
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
};

# NAMESPACE PORT FAMILY: the number of a UDP socket, whose datagrams are told from now on, with their senders' addresses.
$works{hear} = sub {
  my ($id, $space, $port, $family) = @_;
  my $any = address_of($family eq 'ipv6' ? '::' : '0.0.0.0', $port);
  my $socket = inside($space, sub { datagrams($any) });
  my $number = number_of(keep($space, unblock($socket)));
  on_readable($socket, sub {
    while (defined(my $from = recv($socket, my $data, 65535, 0))) { answer("\@$number", $data, peer_of($from)) }
  });
  answer($id, $number);
};

# NAMESPACE SOURCE FROM-PORT ADDRESS PORT DATA: one datagram.
$works{post} = sub {
  my ($id, $space, $source, $from, $to, $port, $data) = @_;
  my $own = address_of($source || ($to =~ /:/ ? '::' : '0.0.0.0'), $from);
  my $socket = inside($space, sub { datagrams($own) });
  # One that a rule of this end stops is no failure (EPERM).
  defined send($socket, $data, 0, address_of($to, $port)->{addr}) or $! == EPERM or die "send: $!\n";
  close($socket);
  answer($id);
};

# NAMESPACE ADDRESS PORT MILLISECONDS DATA: the datagram that answers one, or nothing.
$works{question} = sub {
  my ($id, $space, $to, $port, $patience, $data) = @_;
  my $own = address_of($to =~ /:/ ? '::' : '0.0.0.0', 0);
  my $socket = unblock(inside($space, sub { datagrams($own) }));
  my $end = sub { done_with($socket); answer($id, @_) };
  at_most($socket, $patience, sub { $end->() });
  on_readable($socket, sub { my $said; $end->(defined recv($socket, $said, 65535, 0) ? $said : ()) });
  # Where nobody is, the kernel says so to a socket that is connected.
  connect($socket, address_of($to, $port)->{addr}) && defined send($socket, $data, 0) or $end->();
};

# NAMESPACE ADDRESS MILLISECONDS: whether an echo request (RFC 792, RFC 4443) is answered in time, 1 or 0.
$works{ping} = sub {
  my ($id, $space, $to, $patience) = @_;
  my $is6 = $to =~ /:/;
  my $socket = inside($space, sub {
    socket(my $socket, $is6 ? AF_INET6 : AF_INET, SOCK_RAW, $is6 ? 58 : 1) or die "socket: $!\n";
    return unblock($socket);
  });
  my $end = sub { done_with($socket); answer($id, @_) };
  at_most($socket, $patience, sub { $end->(0) });
  on_readable($socket, sub {
    while (defined recv($socket, my $packet, 1500, 0)) {
      return $end->(1) if $is6 ? unpack('C', $packet) == 129 : unpack('x20 C', $packet) == 0;
    }
  });
  my $request = $is6 ? pack('CCnnn', 128, 0, 0, 0, 0) : pack('CCnnn', 8, 0, 0xf7ff, 0, 0);
  send($socket, $request, 0, address_of($to, 0)->{addr}) // $end->(0);
};

1;
