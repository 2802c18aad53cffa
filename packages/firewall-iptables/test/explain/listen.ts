import { execFile } from 'node:child_process';
import type { Lab } from '../host.js';
import type { Neighbour } from './macs.js';

/** Prints what comes: 768 is ETH_P_ALL in network order, 4 PACKET_OUTGOING. */
const listener = `$| = 1; my $device = shift; socket(my $s, 17, 3, 768) or die $!;
  my ($index) = do { open my $f, '<', "/sys/class/net/$device/ifindex" or die $!; <$f> };
  bind($s, pack('SnlSCCa8', 17, 3, $index, 0, 0, 6, '')) or die $!; print "up\\n";
  while (my $from = recv($s, my $bytes, 2048, 0)) { print unpack('H*', $bytes), "\\n" unless (unpack('SnlSCC', $from))[4] == 4 }`;

export interface Listener {
  /** The frames that came, in hex. */
  frames: string[];
  stop(): void;
}

export async function listen(lab: Lab, where: Neighbour): Promise<Listener> {
  const space = lab.router.replace(/router$/, where);
  const child = execFile('ip', ['netns', 'exec', space, 'perl', '-e', listener, 'eth0']);
  const frames: string[] = [];
  await new Promise<void>((resolve) => {
    let rest = '';
    child.stdout?.on('data', (text: string) => {
      const lines = `${rest}${text}`.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (line === 'up') resolve();
        else frames.push(line);
      }
    });
  });
  return { frames, stop: () => void child.kill('SIGKILL') };
}
