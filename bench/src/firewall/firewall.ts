import { type Comparison, compare } from '../runner/comparison.js';
import { median } from '../runner/median.js';
import { orderOf } from '../runner/pairs.js';
import { collectYoungGarbage } from '../runner/program-health.js';
import type { Report } from '../runner/report.js';
import { renderTable } from '../runner/table.js';
import {
  type Contender,
  createFloor,
  createOurs,
  createWholeTable,
  type Host,
  type Texts,
} from './contenders.js';
import { floatingAddresses, RULES_A_GUEST } from './floating-addresses.js';
import { inSetting, measureMemory, rehearse, type Setting } from './rehearsal.js';
import { foreignRules } from './scenario.js';
import { securityGroups } from './security-groups.js';
import { WHOLE_TABLE_OWNER } from './whole-table.js';

export interface FirewallBenchOptions {
  /** How often all is done. */
  pairs: number;
  /** Changes of each kind each time. */
  changes: number;
  /** Rules of others. */
  foreign: number;
  /** Rules of ours: one run for each. */
  rules: readonly number[];
  /** Guests in security groups; 0: none of that. */
  guests: number;
  variants: readonly Host['variant'][];
}

const CONTENDERS = ['ours', 'floor', 'whole table'] as const;
type ContenderName = (typeof CONTENDERS)[number];

/** Milliseconds by contender, and of ours also those that its own process worked. */
type CaseTimes = Record<ContenderName | 'own CPU', number[]>;

/** By case: what is put is rendered and kept, which nobody else has anything to compare with. */
interface Times {
  put: CaseTimes;
  /** The cases to compare, in their order. */
  cases: ReadonlyMap<string, CaseTimes>;
}

/** The rules of many guests beside those of others: by us, by the bare programs, and by a rewrite of all tables. */
export async function benchFirewall(
  options: FirewallBenchOptions,
  progress: (line: string) => void,
): Promise<Report> {
  const comparisons: Comparison[] = [];
  const lines: string[] = [];
  for (const variant of options.variants) {
    const bySize: { rules: number; times: Times }[] = [];
    const run = async (setting: Setting): Promise<Times> => {
      const where = `${variant}, ${setting.scenario.sizeOf(setting.guests)}`;
      const times = await measure(setting, options, (line) => progress(`${where}, ${line}`));
      lines.push(ownCpuLine(where, times));
      comparisons.push(...compareContenders(where, times));
      return times;
    };
    const foreign = foreignRules(options.foreign);
    for (const rules of options.rules) {
      const guests = Math.ceil(rules / RULES_A_GUEST);
      bySize.push({ rules, times: await run({ variant, scenario: floatingAddresses, guests, foreign }) });
    }
    if (options.guests > 0) await run({ variant, scenario: securityGroups, guests: options.guests, foreign });
    comparisons.push(...compareSizes(variant, bySize));
    lines.push(await memoryLine(variant, options));
  }
  return {
    comparisons,
    text: [`${options.foreign} rules of others; milliseconds, medians`, tableOf(comparisons), ...lines].join(
      '\n',
    ),
  };
}

function ownCpuLine(where: string, { put, cases }: Times): string {
  const cpu = (times: CaseTimes | undefined): string => median(times?.['own CPU'] ?? []).toFixed(0);
  return `${where}: own CPU of put ${cpu(put)} ms in all, of the first apply ${cpu(cases.get('first apply'))} ms, of a restart with both ${cpu(cases.get('restart'))} ms`;
}

/** Of the largest size, as little can be said of the smaller ones beside what a program holds anyway. */
async function memoryLine(
  variant: Host['variant'],
  { rules, foreign }: FirewallBenchOptions,
): Promise<string> {
  const largest = Math.max(...rules);
  const guests = Math.ceil(largest / RULES_A_GUEST);
  const scenario = floatingAddresses;
  const setting: Setting = { variant, scenario, guests, foreign: foreignRules(foreign) };
  const change = scenario.changeOf('add', 0, guests, WHOLE_TABLE_OWNER);
  const { first, changed } = await measureMemory(setting, change);
  return `${variant}, ${largest} rules: ${first.toFixed(0)} bytes of heap a rule after the first apply, ${changed.toFixed(0)} after a change`;
}

async function measure(
  setting: Setting,
  { pairs, changes }: FirewallBenchOptions,
  progress: (line: string) => void,
): Promise<Times> {
  const { scenario, guests } = setting;
  const script = Array.from({ length: changes }, (_, turn) =>
    scenario.kinds.map((kind) => ({
      kind,
      change: scenario.changeOf(kind, turn, guests, WHOLE_TABLE_OWNER),
    })),
  ).flat();
  const texts = await rehearse(
    setting,
    script.map(({ change }) => change),
  );
  const noTimes = (): CaseTimes => ({ ours: [], floor: [], 'whole table': [], 'own CPU': [] });
  const put = noTimes();
  const cases = new Map(
    ['first apply', ...scenario.kinds, 'nothing', 'restart'].map((name) => [name, noTimes()]),
  );
  for (let pair = 0; pair < pairs; pair++) {
    progress(`pair ${pair + 1} of ${pairs}`);
    await beside(setting, texts, async (contenders) => {
      let turn = pair;
      const step = async (name: string, work: (contender: Contender) => Promise<void>): Promise<void> => {
        const times = cases.get(name) ?? put;
        for (const contender of orderOf(CONTENDERS, turn++)) {
          collectYoungGarbage();
          const { wallMs, cpuMs } = await timed(() => work(contenders[contender]));
          times[contender].push(wallMs);
          if (contender === 'ours') times['own CPU'].push(cpuMs);
        }
      };
      await step('put', (contender) => contender.prepare());
      await step('first apply', (contender) => contender.first());
      for (const { kind, change } of script) await step(kind, (contender) => contender.change(change));
      for (let again = 0; again < changes; again++) await step('nothing', (contender) => contender.nothing());
      await step('restart', (contender) => contender.restart());
    });
  }
  return { put, cases };
}

/** All contenders at a time, each in a namespace of its own. */
function beside(
  setting: Setting,
  texts: Texts,
  work: (contenders: Record<ContenderName, Contender>) => Promise<void>,
): Promise<void> {
  return inSetting(setting, (first) =>
    inSetting(setting, (second) =>
      inSetting(setting, async (third) => {
        const ours = await createOurs(first);
        await work({ ours, floor: createFloor(second, texts), 'whole table': createWholeTable(third) });
        await ours.close();
      }),
    ),
  );
}

async function timed(work: () => Promise<void>): Promise<{ wallMs: number; cpuMs: number }> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  await work();
  const wallMs = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  return { wallMs, cpuMs: (user + system) / 1000 };
}

function compareContenders(where: string, { cases }: Times): Comparison[] {
  return [...cases].flatMap(([name, times]) =>
    (['floor', 'whole table'] as const)
      // It is not told what changed, so that nothing changed is no case of its own.
      .filter((against) => name !== 'nothing' || against === 'floor')
      .map((against) =>
        compare({ bench: 'firewall', case: `${where}, ${name}`, against }, times.ours, times[against]),
      ),
  );
}

/** Whether what our own process works for a change depends on how many rules there are. */
function compareSizes(variant: string, bySize: readonly { rules: number; times: Times }[]): Comparison[] {
  const [smallest] = bySize;
  return bySize.slice(1).flatMap(({ rules, times }) =>
    floatingAddresses.kinds.map((kind) => {
      const own = ({ cases }: Times): number[] => cases.get(kind)?.['own CPU'] ?? [];
      const usual = smallest === undefined ? [] : own(smallest.times);
      return compare(
        {
          bench: 'firewall',
          case: `${variant}, ${rules} rules, ${kind}, own CPU`,
          against: `${smallest?.rules} rules`,
        },
        own(times),
        // The runs were not side by side, so that all are compared with what is usual.
        own(times).map(() => median(usual)),
      );
    }),
  );
}

function tableOf(comparisons: readonly Comparison[]): string {
  return renderTable(
    ['case', 'ours', 'against', 'theirs', 'ratio'],
    comparisons.map(({ case: name, oursMs, against, theirsMs, ratio }) => [
      name,
      oursMs.toFixed(2),
      against,
      theirsMs.toFixed(2),
      ratio.toFixed(3),
    ]),
  );
}
