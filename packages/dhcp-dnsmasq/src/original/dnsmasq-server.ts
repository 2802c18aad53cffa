import { basename } from 'node:path';
import { isNetDevError } from 'netdev-core';
import type { HostFiles, Runner } from 'netdev-exec';
import { isProcessOf, readPidFile } from '../server/pid-file.js';
import { createLinuxPlatform } from '../server/platform/linux-platform.js';
import { hasEnded, letEnd } from '../server/process-end.js';
import { dnsmasqFile } from './files.js';
import { type OriginalServer, startCommand } from './start-command.js';

/** dnsmasq gives up root, so its files have to be readable by everybody. */
const READABLE = 0o644;

/** Where servers of the original's layout are, and what they are looked after with. */
export interface OriginalPlace {
  files: HostFiles;
  runner: Runner;
  /** The original's `networks_path`. */
  directory: string;
}

/** The server of one device, which goes on when this program ends and is found again by its pid file. */
export interface OriginalDnsmasq {
  /** The pid that it wrote down; `null` without one. The process may be long gone. */
  notedPid(): Promise<number | null>;
  /** Replaces the file of hosts. It takes effect with the next `serve`. */
  writeHosts(text: string): Promise<void>;
  /** Replaces the file of names. It takes effect with the next `serve`. */
  writeNames(text: string): Promise<void>;
  /** Replaces the file of options, and lets the server read the one of hosts, which has to be there. */
  writeOptions(text: string): Promise<void>;
  /**
   * Makes the server serve what its files say now: one that runs is told to read them again (SIGHUP), otherwise one is
   * started, once a former one that is ending has its sockets no more. One that has just gone is no failure.
   *
   * @throws CommandError when it does not start
   */
  serve(server: () => OriginalServer): Promise<void>;
  /** Ends it, if it runs, and waits until its sockets are free. @throws CommandError when it cannot be ended */
  end(): Promise<void>;
}

/** The dnsmasq of a device with the original's files and command lines. */
export function originalDnsmasq(place: OriginalPlace, device: string): OriginalDnsmasq {
  const { files, runner, directory } = place;
  const platform = createLinuxPlatform(place);
  const path = (kind: string): string => dnsmasqFile(directory, device, kind);
  const notedPid = async (): Promise<number | null> => (await readPidFile(files, path('pid'))) ?? null;
  const runningPid = async (): Promise<number | null> => {
    const pid = await notedPid();
    if (!pid) return null;
    return (await isProcessOf(files, pid, basename(path('conf')))) ? pid : null;
  };
  const reload = async (): Promise<boolean> => {
    const pid = await runningPid();
    if (pid === null) return false;
    try {
      await runner.run(['kill', '-HUP', String(pid)]);
      return true;
    } catch (error) {
      if (isNetDevError(error)) return false;
      throw error;
    }
  };
  return {
    notedPid,
    writeHosts: (text) => files.write(path('conf'), text),
    writeNames: (text) => files.write(path('hosts'), text),
    async writeOptions(text) {
      await files.write(path('opts'), text, { mode: READABLE });
      await files.setMode(path('conf'), READABLE);
    },
    async serve(server) {
      if (await reload()) return;
      const former = runner.dryRun ? null : await notedPid();
      if (former !== null) await letEnd(platform, former);
      await runner.run(startCommand(server()));
    },
    async end() {
      const pid = await runningPid();
      if (pid === null) return;
      const birth = runner.dryRun ? undefined : (await platform.process(pid))?.birth;
      await runner.run(['kill', '-9', String(pid)]);
      if (birth !== undefined) await hasEnded(platform, pid, birth);
    },
  };
}
