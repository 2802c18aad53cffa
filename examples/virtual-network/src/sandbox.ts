import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const mark = 'NETDEV_DEMO_SANDBOX';

/** Whether this process was started by {@link runInSandbox}. */
export function isInSandbox(): boolean {
  return process.env[mark] === '1';
}

/**
 * The unshare(1) command for a private network, file system view and set of processes. The kernel
 * ends all that is left in it when its first process ends, so nothing survives whatever happens. An
 * ordinary user gets the right to it by a user namespace of one id.
 */
export function sandboxCommand(asRoot: boolean): string[] {
  return [
    // In two steps: the files in /proc/net belong to the user that is root in the user namespace when
    // the network is made, and inside one unshare there is none yet (iptables-legacy-save then fails).
    ...(asRoot ? [] : ['unshare', '--user', '--map-root-user']),
    'unshare',
    '--net',
    '--mount',
    '--propagation',
    'private',
    '--pid',
    '--fork',
    '--kill-child',
    '--mount-proc',
  ];
}

/** Runs this program once more, with the same words, in a sandbox; gives its exit status. */
export function runInSandbox(words: readonly string[]): Promise<number> {
  const [file = '', ...prefix] = sandboxCommand(process.getuid?.() === 0);
  const program = fileURLToPath(new URL('./main.js', import.meta.url));
  // A /run of our own: `ip netns` names and the lock file of iptables are kept there. And what every
  // host has before anybody builds on it: a loopback device that is up.
  const script = 'mount -t tmpfs -o mode=755 tmpfs /run && ip link set lo up && exec "$@"';
  const child = spawn(file, [...prefix, 'sh', '-c', script, 'sh', process.execPath, program, ...words], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, [mark]: '1' },
  });
  // unshare hands no signal on, so the wish to stop travels on a channel of its own.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (child.connected) child.send({ stop: signal });
    });
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) =>
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])),
    );
  });
}

/** Fires when the person wants to stop: Ctrl-C, a signal, or the end of the outer process. */
export function stopSignal(): AbortSignal {
  const stop = new AbortController();
  const abort = (): void => stop.abort();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, abort);
  process.on('message', abort);
  process.on('disconnect', abort);
  // The channel alone is no reason to stay.
  process.channel?.unref();
  return stop.signal;
}
