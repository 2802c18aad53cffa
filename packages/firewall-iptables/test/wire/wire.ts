import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Sends what it is told in hex and says so, and tells what comes in. Perl, as Node has no packet sockets (packet(7)). */
const program = `use strict; use Socket; my $device = shift; $| = 1;
  open(my $file, '<', "/sys/class/net/$device/ifindex") or die $!; my $index = <$file> + 0;
  socket(my $s, 17, SOCK_RAW, unpack('S', pack('n', 3))) or die $!;
  bind($s, pack('S n i S C C a8', 17, 3, $index, 0, 0, 0, '')) or die $!;
  setsockopt($s, 263, 1, pack('i S S a8', $index, 1, 0, '')) or die $!; # PACKET_ADD_MEMBERSHIP, promiscuous
  print "up\\n"; my $input = '';
  while (1) {
    my $ready = ''; vec($ready, 0, 1) = 1; vec($ready, fileno($s), 1) = 1;
    select($ready, undef, undef, undef);
    if (vec($ready, fileno($s), 1)) {
      my $from = recv($s, my $frame, 65535, 0);
      print unpack('H*', $frame), "\\n" if (unpack('S n i S C C', $from))[4] != 4; # PACKET_OUTGOING
    }
    if (vec($ready, 0, 1)) {
      sysread(STDIN, $input, 65536, length $input) or exit;
      while ($input =~ s/^([0-9a-f]*)\\n//) { send($s, pack('H*', $1), 0) or die $!; print "sent\\n"; }
    }
  }`;

/** The end of a cable: frames as they are. */
export interface Wire {
  /** Settles when the frame is on its way. */
  send(frame: Buffer): Promise<void>;
  /** Whether a frame with these bytes in it came in. */
  has(label: Buffer): boolean;
  /** The frames that came in since they were last taken, in hex. */
  take(): string[];
  close(): void;
}

/** Opens a device of a network namespace. */
export async function openWire(namespace: string, device: string): Promise<Wire> {
  const child = spawn('ip', ['netns', 'exec', namespace, 'perl', '-e', program, device], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let seen = '';
  let taken: string[] = [];
  const sending: (() => void)[] = [];
  await new Promise<void>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the wire to ${device} ended with ${code}`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line === 'up') resolve();
      else if (line === 'sent') sending.shift()?.();
      else {
        seen += `${line}\n`;
        taken.push(line);
      }
    });
  });
  return {
    send: (frame) =>
      new Promise((resolve) => {
        sending.push(resolve);
        child.stdin.write(`${frame.toString('hex')}\n`);
      }),
    has: (label) => seen.includes(label.toString('hex')),
    take() {
      const frames = taken;
      taken = [];
      return frames;
    },
    close: () => void child.kill('SIGKILL'),
  };
}
