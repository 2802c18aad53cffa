import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** What became of the suite's requirements in a user namespace. */
export interface Played {
  capabilities: string[];
  /** By `group: name`; `lacked` is the capability whose refusal was tried in place of the requirement. */
  outcomes: Map<string, { lacked: string | null; failure?: string }>;
}

const fromHere = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/**
 * As root of the machine: a mount namespace in which the device of taps is a file of its own with a mode of its own,
 * and the checkout can be read by whoever cannot come by it; then a user who is nobody. Somebody else already is in a
 * user namespace here, made by the sandbox, and has the device as the machine has it.
 */
const asNobody = `
set -e
mount -t tmpfs -o mode=0755 tmpfs /mnt
mkdir /mnt/checkout /mnt/dev
mount --bind "$CHECKOUT" /mnt/checkout
mknod -m "$TUN_MODE" /mnt/dev/tun c 10 200
mount --bind /mnt/dev/tun /dev/net/tun
cd /mnt/checkout
exec setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all -- "$@"
`;

/** The namespaces of an ordinary user: those of scripts/sandbox.mjs, which anybody may make. */
const inSandbox = (root: string, numbers: readonly number[]): string[] => [
  process.execPath,
  `${root}/scripts/sandbox.mjs`,
  process.execPath,
  `${root}/packages/netdev-linux/test/user-namespace/run-suite.mjs`,
  JSON.stringify(numbers),
];

/** Whether the sandbox runs as the machine's own root, who has all user ids. */
export function isMachineRoot(): boolean {
  return readFileSync('/proc/self/uid_map', 'utf8').trim().split(/\s+/)[2] === '4294967295';
}

/**
 * Plays requirements, by their places in the suite, as a user who is not root, in a user namespace of that user's
 * own. `tunMode` is that of /dev/net/tun, in octal.
 */
export async function playSuite(tunMode: string, numbers: readonly number[]): Promise<Played> {
  const checkout = fromHere('../../../..');
  const [command, ...args] = isMachineRoot()
    ? ['unshare', '--mount', 'sh', '-c', asNobody, 'sh', ...inSandbox('/mnt/checkout', numbers)]
    : inSandbox(checkout, numbers);
  const child = spawn(command ?? '', args, {
    env: { ...process.env, CHECKOUT: checkout, TUN_MODE: tunMode, HOME: '/tmp' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close');
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [status] = (await ended) as [number | null];
  if (status !== 0) throw new Error(`the suite ended with status ${status}: ${stderr}`);
  const [first = '', ...lines] = stdout.trim().split('\n');
  if (lines.length !== numbers.length)
    throw new Error(`the suite ended after ${lines.length} of ${numbers.length} requirements: ${stderr}`);
  const { capabilities } = JSON.parse(first) as { capabilities: string[] };
  const outcomes = lines.map((line) => {
    const { group, name, ...outcome } = JSON.parse(line);
    return [`${group}: ${name}`, outcome] as const;
  });
  return { capabilities, outcomes: new Map(outcomes) };
}
