# TCP: servers, and connections for a moment or longer.
use strict;
use warnings;
use Errno qw(EINPROGRESS);
use Socket qw(:DEFAULT IPPROTO_IPV6 IPPROTO_TCP IPV6_V6ONLY TCP_NODELAY pack_sockaddr_in6);

our %works;

sub stream { my ($family) = @_; socket(my $socket, $family, SOCK_STREAM, 0) or die "socket: $!\n"; return unblock($socket) }

# Begins a connection; tells when it stands, or why it does not in time.
sub dial {
  my ($space, $to, $port, $from, $patience, $then) = @_;
  my $peer = address_of($to, $port);
  my $socket = inside($space, sub { stream($peer->{family}) });
  return $then->($socket, "$!") if $from ne '' && !bind($socket, address_of($from, 0)->{addr});
  return $then->($socket, '') if connect($socket, $peer->{addr});
  return $then->($socket, "$!") if $! != EINPROGRESS;
  at_most($socket, $patience, sub { $then->($socket, 'no answer') });
  on_writable($socket, sub {
    no_longer_writable($socket);
    without_limit($socket);
    local $! = unpack('i', getsockopt($socket, SOL_SOCKET, SO_ERROR));
    $then->($socket, $! ? "$!" : '');
  });
}

sub listener {
  my ($space, $port) = @_;
  my $server = inside($space, sub { stream(AF_INET6) });
  setsockopt($server, SOL_SOCKET, SO_REUSEADDR, 1);
  setsockopt($server, IPPROTO_IPV6, IPV6_V6ONLY, 0);
  bind($server, pack_sockaddr_in6($port, Socket::IN6ADDR_ANY())) or die "port $port: $!\n";
  listen($server, 64) or die "listen: $!\n";
  return keep($space, $server);
}

# NAMESPACE PORT WHAT: answers connections with the address they come from (`peer`), or what they say (`echo`).
$works{serve} = sub {
  my ($id, $space, $port, $what) = @_;
  my $server = listener($space, $port);
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
};

# NAMESPACE PORT: the number of a server that tells what is said to it, and from where.
$works{take} = sub {
  my ($id, $space, $port) = @_;
  my $server = listener($space, $port);
  my $number = number_of($server);
  on_readable($server, sub {
    my $name = accept(my $socket, $server) or return;
    keep($space, unblock($socket));
    on_readable($socket, sub {
      my $said;
      return answer("\@$number", $said, peer_of($name)) if sysread($socket, $said, 65536);
      done_with($socket);
    });
  });
  answer($id, $number);
};

# NAMESPACE ADDRESS PORT SOURCE MILLISECONDS: what a server said first, or nothing.
$works{ask} = sub {
  my ($id, $space, $to, $port, $from, $patience) = @_;
  my $end = sub { my ($socket, @said) = @_; done_with($socket); answer($id, @said) };
  dial($space, $to, $port, $from, $patience, sub {
    my ($socket, $error) = @_;
    return $end->($socket) if $error;
    at_most($socket, $patience, sub { $end->($socket) });
    on_readable($socket, sub { my $said; $end->($socket, sysread($socket, $said, 65536) ? $said : ()) });
  });
};

# NAMESPACE ADDRESS PORT SOURCE MILLISECONDS DATA: says it to whom takes the connection, if anybody does.
$works{tell} = sub {
  my ($id, $space, $to, $port, $from, $patience, $data) = @_;
  dial($space, $to, $port, $from, $patience, sub {
    my ($socket, $error) = @_;
    send($socket, $data, 0) unless $error;
    done_with($socket);
  });
  answer($id);
};

# NAMESPACE ADDRESS PORT MILLISECONDS: the number of a connection that stays, whose words are told from now on.
$works{dial} = sub {
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
};

1;
