import { setTimeout as wait } from 'node:timers/promises';
import { isNetDevError } from 'netdev-core';
import { isProcessOf, readPidFile } from '../server/pid-file.js';
import type { OriginalPlace } from './dnsmasq-server.js';
import { radvdFile } from './files.js';

/** radvd refuses a configuration that others may write (radvd.conf(5)). */
const READABLE = 0o644;

/** How long the one that runs may take to end, and how often that is looked at. */
const END_MS = 5_000;
const POLL_MS = 20;

/** The radvd of one device. */
export interface OriginalRadvd {
  /** The pid that it wrote down: `undefined` without the file, `null` for a file that holds no number. */
  notedPid(): Promise<number | null | undefined>;
  writeConfig(text: string): Promise<void>;
  /** Ends it, if that is what runs under the pid. One that has just gone is no failure. */
  end(pid: number, ending: { awaits: 'its end' | 'nothing' }): Promise<void>;
  /** @throws CommandError when it does not start */
  start(): Promise<void>;
}

/** The radvd of a device with the original's files and command lines. */
export function originalRadvd(
  { files, runner, directory }: OriginalPlace,
  device: string,
  sleep: (milliseconds: number) => Promise<unknown> = wait,
): OriginalRadvd {
  const [config, pidFile] = ['conf', 'pid'].map((kind) => radvdFile(directory, device, kind)) as [
    string,
    string,
  ];
  /** It takes leave of the guests before it ends, and a next one gives up as long as it has the pid file. */
  const untilEnded = async (pid: number): Promise<void> => {
    for (let waited = 0; waited < END_MS; waited += POLL_MS) {
      if (!(await isProcessOf(files, pid, config))) return;
      await sleep(POLL_MS);
    }
  };
  return {
    notedPid: () => readPidFile(files, pidFile),
    writeConfig: (text) => files.write(config, text, { mode: READABLE }),
    async end(pid, { awaits }) {
      if (!(await isProcessOf(files, pid, config))) return;
      try {
        await runner.run(['kill', String(pid)]);
        if (awaits === 'its end') await untilEnded(pid);
      } catch (error) {
        if (!isNetDevError(error)) throw error;
      }
    },
    async start() {
      await runner.run(['radvd', '-C', config, '-p', pidFile]);
    },
  };
}
