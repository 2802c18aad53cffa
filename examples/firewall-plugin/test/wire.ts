import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Sends what it is told in hex, and tells in hex what comes in. Perl, as Node has no packet sockets (packet(7)). */
const program = `use strict; $| = 1;
  open(my $file, '<', "/sys/class/net/eth0/ifindex") or die $!; my $index = <$file> + 0;
  socket(my $wire, 17, 3, unpack('S', pack('n', 3))) or die $!;           # AF_PACKET, SOCK_RAW, ETH_P_ALL
  bind($wire, pack('S n i x12', 17, 3, $index)) or die $!;
  setsockopt($wire, 263, 1, pack('i S x10', $index, 1)) or die $!;         # SOL_PACKET, PACKET_ADD_MEMBERSHIP, PACKET_MR_PROMISC
  print "ready\\n";
  for (my $told = '';;) {
    my $waiting = ''; vec($waiting, $_, 1) = 1 for 0, fileno $wire;
    select($waiting, undef, undef, undef);
    if (vec($waiting, fileno $wire, 1)) { recv($wire, my $frame, 4096, 0); print unpack('H*', $frame), "\\n"; }
    next unless vec($waiting, 0, 1);
    sysread(STDIN, $told, 65536, length $told) or last;
    send($wire, pack('H*', $1), 0) // die $! while $told =~ s/^(\\w+)\\n//;
  }`;

/** A processor that this program may use. Frames that one processor sends come in the order in which they were sent. */
const [, processor = '0'] =
  /^Cpus_allowed_list:\s*(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];

/** The end of a cable, where frames go and come as they are. */
export interface Wire {
  send(frame: Buffer): void;
  /** Waits for a frame with these bytes in it. */
  arrival(label: Buffer): Promise<void>;
  /** Whether a frame with these bytes in it was seen. */
  saw(label: Buffer): boolean;
  close(): void;
}

/** Opens the end of the cable that a network namespace has as `eth0`. */
export async function openWire(namespace: string): Promise<Wire> {
  const child = spawn(
    'nsenter',
    [`--net=/run/netns/${namespace}`, 'unshare', '--mount', 'sh', '-c', script(), 'sh', program],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  let seen = '';
  const waiting = new Set<() => void>();
  child.stdout.setEncoding('latin1').on('data', (text: string) => {
    seen += text;
    for (const look of waiting) look();
  });
  const until = (holds: () => boolean): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (!holds()) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      child.once('exit', () => reject(new Error(`the wire of ${namespace} has ended`)));
      look();
    });
  const saw = (label: Buffer): boolean => seen.includes(label.toString('hex'));
  await until(() => seen.includes('ready\n'));
  return {
    send: (frame) => void child.stdin.write(`${frame.toString('hex')}\n`),
    arrival: (label) => until(() => saw(label)),
    saw,
    close: () => void child.kill('SIGKILL'),
  };
}

/** /sys shows the devices of the namespace in which it was mounted. */
function script(): string {
  return `mount -t sysfs sysfs /sys && exec taskset -c ${processor} perl -e "$1"`;
}
