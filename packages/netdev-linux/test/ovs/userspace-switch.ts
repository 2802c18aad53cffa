import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { guestPrograms } from '../../../../scripts/testing/vm/guest-programs.mjs';
import { sh } from '../host.js';

/** An Open vSwitch of a test's own, in a namespace, with sockets and database in a temporary folder. */
export interface UserspaceSwitch {
  folder: string;
  /** Where its database listens. */
  database: string;
  /** ovs-vsctl as a person would use it. */
  vsctl(...words: readonly string[]): string;
  /** ovs-ofctl about one of its bridges. */
  ofctl(command: string, bridge: string, ...words: readonly string[]): string;
  stop(): Promise<void>;
}

/**
 * Starts Open vSwitch with an empty database. Its programs are those of the virtual machine, which are downloaded and
 * not installed: the package would be a service of this machine. Its packets are forwarded by ovs-vswitchd itself
 * where a bridge has the datapath `netdev`, which takes nothing of the kernel but packet sockets and taps.
 */
export async function startUserspaceSwitch(namespace: string): Promise<UserspaceSwitch> {
  const { programs, libraries } = await guestPrograms();
  process.env.PATH = [process.env.PATH, ...programs].join(':');
  process.env.LD_LIBRARY_PATH = libraries.join(':');
  const schema = programs.map((one) => join(one, '../share/openvswitch/vswitch.ovsschema'));
  const folder = mkdtempSync(join(tmpdir(), 'netdev-ovs-'));
  const [file, database] = [join(folder, 'conf.db'), `unix:${join(folder, 'db.sock')}`];
  const daemon = (name: string, ...words: readonly string[]): void => {
    const own = [`--pidfile=${join(folder, `${name}.pid`)}`, `--unixctl=${join(folder, `${name}.ctl`)}`];
    const log = [`--log-file=${join(folder, `${name}.log`)}`, '-vconsole:off'];
    const enter = ['ip', 'netns', 'exec', namespace, 'env', `OVS_RUNDIR=${folder}`];
    sh(...enter, name, ...words, ...own, ...log, '--detach', '--no-chdir');
  };
  const vsctl = (...words: readonly string[]): string =>
    sh('ovs-vsctl', `--db=${database}`, '--timeout=10', ...words);
  const found = schema.find(existsSync);
  sh('ovsdb-tool', 'create', file, `${found}`);
  daemon('ovsdb-server', file, `--remote=p${database}`);
  vsctl('--no-wait', 'init');
  daemon('ovs-vswitchd', database);
  return {
    folder,
    database,
    vsctl,
    ofctl: (command, bridge, ...words) =>
      sh('ovs-ofctl', command, `unix:${join(folder, `${bridge}.mgmt`)}`, ...words),
    stop: async () => {
      for (const name of ['ovs-vswitchd', 'ovsdb-server']) await end(join(folder, `${name}.pid`));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Ends a daemon by the id in its file, and waits until it has gone. */
async function end(pidFile: string): Promise<void> {
  const pid = Number(readFileSync(pidFile, 'utf8'));
  process.kill(pid, 'SIGTERM');
  while (isThere(pid)) await sleep(20);
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
