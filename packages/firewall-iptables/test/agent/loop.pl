# What is waited for, in one loop: something to read, room to write, a time. In package main, as all of the agent.
use strict;
use warnings;
use Fcntl qw(F_GETFL F_SETFL O_NONBLOCK);

my ($ready, $writable) = ('', '');
my %readers; # What to do when there is something to read, by descriptor.
my %writers; # The same where there is room to write.
my %timers;  # Until when to wait for a descriptor, and what to do then.

sub on_readable { my ($file, $do) = @_; $readers{fileno($file)} = $do; vec($ready, fileno($file), 1) = 1 }
sub on_writable { my ($file, $do) = @_; $writers{fileno($file)} = $do; vec($writable, fileno($file), 1) = 1 }
sub no_longer_writable { my ($file) = @_; delete $writers{fileno($file)}; vec($writable, fileno($file), 1) = 0 }

# Seconds, to the hundredth (proc_uptime(5)): perl-base has no Time::HiRes.
sub now { open(my $file, '<', '/proc/uptime') or die "uptime: $!\n"; return (split(/ /, <$file>))[0] }

sub at_most { my ($file, $milliseconds, $do) = @_; $timers{fileno($file)} = [now() + $milliseconds / 1000, $do] }
sub without_limit { my ($file) = @_; delete $timers{fileno($file)} }

sub done_with {
  my ($file) = @_;
  my $number = fileno($file);
  return unless defined $number;
  delete $_->{$number} for (\%readers, \%writers, \%timers);
  vec($ready, $number, 1) = vec($writable, $number, 1) = 0;
  close($file);
}

sub unblock { my ($file) = @_; fcntl($file, F_SETFL, fcntl($file, F_GETFL, 0) | O_NONBLOCK); return $file }

# Does what there is to do, and reads orders behind all else: what they open has numbers of what was closed just before,
# and is not what was waited for.
sub wait_for_ever {
  my ($orders, $read_orders) = @_;
  vec($ready, fileno($orders), 1) = 1;
  while (1) {
    my ($soonest) = sort { $a <=> $b } map { $_->[0] } values %timers;
    my $patience = defined $soonest ? $soonest - now() : undef;
    $patience = 0 if defined $patience && $patience < 0;
    select(my $readable = $ready, my $roomy = $writable, undef, $patience);
    for my $number (keys %readers) { $readers{$number}->() if $readers{$number} && vec($readable, $number, 1) }
    for my $number (keys %writers) { $writers{$number}->() if $writers{$number} && vec($roomy, $number, 1) }
    my $now = %timers ? now() : 0;
    for my $number (keys %timers) { $timers{$number}->[1]->() if $timers{$number} && $timers{$number}->[0] <= $now }
    $read_orders->() if vec($readable, fileno($orders), 1);
  }
}

1;
