import type { RecordedCommand } from 'netdev-exec';
import { inFreshNamespace } from '../runner/namespaces.js';
import { memoryInUse } from '../runner/program-health.js';
import { createOurs, type Host, type Texts } from './contenders.js';
import { RULES_A_GUEST } from './floating-addresses.js';
import { runInside } from './programs.js';
import type { Change } from './scenario.js';

/** A host without its namespace, and the rules that others have there. */
export interface Setting extends Omit<Host, 'namespace'> {
  foreign: string;
}

/** Does something in a namespace of its own that has the rules of others. */
export function inSetting<T>({ foreign, ...host }: Setting, work: (host: Host) => Promise<T>): Promise<T> {
  return inFreshNamespace((namespace) => {
    runInside(namespace, [`iptables-${host.variant}-restore`, '--noflush'], foreign);
    return work({ ...host, namespace });
  });
}

/** Ours does everything once, so that it is known what is written when. */
export function rehearse(setting: Setting, script: readonly Change[]): Promise<Texts> {
  return inSetting(setting, async (host) => {
    const commands: RecordedCommand[] = [];
    const written = (): RecordedCommand[] => commands.splice(0).filter(({ stdin }) => stdin !== undefined);
    const ours = await createOurs(host, commands);
    await ours.prepare();
    await ours.first();
    const first = written();
    const changes: RecordedCommand[][] = [];
    for (const change of script) {
      await ours.change(change);
      changes.push(written());
    }
    await ours.close();
    return { first, changes };
  });
}

/** Bytes of heap a rule, after the first apply and after a change. */
export function measureMemory(setting: Setting, change: Change): Promise<{ first: number; changed: number }> {
  return inSetting(setting, async (host) => {
    const before = memoryInUse().heapMiB;
    const aRule = (): number => ((memoryInUse().heapMiB - before) * 2 ** 20) / (host.guests * RULES_A_GUEST);
    const ours = await createOurs(host);
    await ours.prepare();
    await ours.first();
    const first = aRule();
    await ours.change(change);
    const changed = aRule();
    await ours.close();
    return { first, changed };
  });
}
