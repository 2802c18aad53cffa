import type { IptablesTable } from 'firewall-iptables';
import { createMemoryLocks } from 'netdev-exec';
import type { LinuxNetConf } from '../../src/conf/linux-net-conf.js';
import { createLinuxNet, type LinuxNet } from '../../src/create-linux-net.js';
import { compare } from './compare.js';
import { compareCommands, compareEffects } from './compare-commands.js';
import { applyRecorded, compareDevices } from './devices/compare-devices.js';
import { setUpWorld } from './devices/set-up-world.js';
import { createFakeHost } from './fake-host.js';
import { playCall } from './play-call.js';
import { rerun } from './recorded-run.js';
import type { RecordedTable, Vector } from './vector.js';

/**
 * Plays a recorded run with the faults kept, and names each difference.
 *
 * @param defaults options that lie under the vector's own
 */
export async function playVector(vector: Vector, defaults: Record<string, unknown> = {}): Promise<string[]> {
  const run = rerun(vector);
  const world = await setUpWorld(vector, run);
  const host = createFakeHost(vector, run, world);
  const program = vector.host.argv0;
  const conf = { ...defaults, ...vector.conf };
  const net = createLinuxNet({
    conf: structuredClone(conf) as Partial<LinuxNetConf>,
    binaryName: vector.binary_name,
    faults: 'keep',
    netdev: host.netdev,
    runner: host.runner,
    files: host.files,
    locks: createMemoryLocks(),
    fixedIps: host.fixedIps,
    now: host.now,
    sleep: host.sleep,
    ...(program === undefined ? {} : { program }),
  });
  const before = structuredClone({ ...net.conf });
  const differences: string[] = [];
  for (const call of vector.calls) differences.push(...(await playCall(net, call, host.failures)));
  const recordedWorld = await setUpWorld(vector, run);
  return [
    ...differences,
    ...compareCommands(run, host),
    ...host.failedOtherwise(),
    ...compareEffects(vector, host),
    ...compareOptions({ ...before, ...vector.conf_after }, { ...net.conf }),
    ...compareRules(vector, net),
    ...(await applyRecorded(recordedWorld, run)),
    ...(await compareDevices(vector, recordedWorld, world)),
  ];
}

function compareOptions(expected: Record<string, unknown>, actual: Record<string, unknown>): string[] {
  const names = new Set([...Object.keys(expected), ...Object.keys(actual)]);
  return [...names].flatMap((name) => compare(`option ${name}`, expected[name], actual[name]));
}

function compareRules({ rules }: Vector, { iptablesManager }: LinuxNet): string[] {
  const recorded = (table: IptablesTable): RecordedTable => ({
    chains: [...table.chains].sort(),
    unwrapped_chains: [...table.unwrappedChains].sort(),
    rules: table.rules.map((rule) => table.ruleText(rule)),
  });
  const families = { ipv4: { ...iptablesManager.ipv4 }, ipv6: { ...iptablesManager.ipv6 } };
  const names = new Set([...Object.keys(rules), ...Object.keys(families)]);
  return [...names].flatMap((family) => {
    const tables: Record<string, IptablesTable> = families[family as keyof typeof families] ?? {};
    const tableNames = new Set([...Object.keys(rules[family] ?? {}), ...Object.keys(tables)]);
    return [...tableNames].flatMap((name) => {
      const table = tables[name];
      const actual = table === undefined ? undefined : recorded(table);
      return compare(`rules of ${family} ${name}`, rules[family]?.[name], actual);
    });
  });
}
