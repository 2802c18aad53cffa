# Programs, by a shell of each namespace: it is small, and starts one four times as fast as something bigger does (vfork(2)).
use strict;
use warnings;
use File::Temp qw(tempdir);
use IO::Handle;
use POSIX ();

our %works;
my %shells; # By namespace, '' for where this runs.
my $made = 0;
my $folder = tempdir('netdev-agent-XXXXXX', DIR => '/run', CLEANUP => 1);

sub start_shell {
  my ($space) = @_;
  my $files = "$folder/" . ++$made;
  pipe(my $theirs, my $orders) or die "pipe: $!\n";
  pipe(my $statuses, my $said) or die "pipe: $!\n";
  my $pid = fork() // die "fork: $!\n";
  if ($pid == 0) {
    eval {
      $SIG{PIPE} = 'DEFAULT';
      enter($space) if $space ne '';
      open(STDIN, '<&', $theirs) && open(STDOUT, '>&', $said) or die "dup: $!\n";
      exec('sh') or die "sh: $!\n";
    };
    print STDERR $@;
    POSIX::_exit(127);
  }
  close($_) for ($theirs, $said);
  my $shell = { pid => $pid, input => $orders, statuses => $statuses, files => $files, orders => [] };
  $orders->autoflush(1);
  on_readable($statuses, sub {
    my $length = sysread($statuses, my $status, 64);
    return end_shell($space) if !$length;
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

# NAMESPACE INPUT PROGRAM ARGUMENT ...: status, output, errors. In a namespace one program runs at a time.
$works{run} = sub {
  my ($id, $space, $text, @argv) = @_;
  my $shell = $shells{$space} //= start_shell($space);
  push @{$shell->{orders}}, { id => $id, text => $text, argv => \@argv };
  next_order($shell) if @{$shell->{orders}} == 1;
};

sub end_shell {
  my ($space) = @_;
  my $shell = delete $shells{$space} or return;
  done_with($shell->{statuses});
  close($shell->{input});
  kill('KILL', $shell->{pid});
  waitpid($shell->{pid}, 0);
  unlink(map { "$shell->{files}.$_" } qw(in out err));
  refuse($_->{id}, "no shell in '$space' any more") for @{$shell->{orders}};
}

1;
