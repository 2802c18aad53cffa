import { type Comparison, compare } from '../runner/comparison.js';
import { median } from '../runner/median.js';
import { orderOf } from '../runner/pairs.js';
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
import { changeOf, foreignRules, KINDS, RULES_A_GUEST } from './guests.js';
import { inSetting, measureMemory, rehearse, type Setting } from './rehearsal.js';

export interface FirewallBenchOptions {
  /** How often all is done. */
  pairs: number;
  /** Changes of each kind each time. */
  changes: number;
  /** Rules of others. */
  foreign: number;
  /** Rules of ours: one run for each. */
  rules: readonly number[];
  variants: readonly Host['variant'][];
}

const CONTENDERS = ['ours', 'floor', 'whole table'] as const;
type ContenderName = (typeof CONTENDERS)[number];

const CASES = ['first apply', ...KINDS, 'nothing', 'restart'] as const;
/** What is put is rendered and kept, which nobody else has anything to compare with. */
type Case = (typeof CASES)[number] | 'put';

/** Milliseconds by case and contender, and of ours also those that its own process worked. */
type Times = Record<Case, Record<ContenderName | 'own CPU', number[]>>;

/** The rules of many guests beside those of others: by us, by the bare programs, and by a rewrite of all tables. */
export async function benchFirewall(
  options: FirewallBenchOptions,
  progress: (line: string) => void,
): Promise<Report> {
  const comparisons: Comparison[] = [];
  const lines: string[] = [];
  for (const variant of options.variants) {
    const bySize: { rules: number; times: Times }[] = [];
    for (const rules of options.rules) {
      const guests = Math.ceil(rules / RULES_A_GUEST);
      const setting: Setting = { variant, guests, foreign: foreignRules(options.foreign) };
      const times = await measure(setting, options, (line) =>
        progress(`${variant}, ${rules} rules, ${line}`),
      );
      lines.push(
        `${variant}, ${rules} rules: own CPU of put ${median(times.put['own CPU']).toFixed(0)} ms in all, of the first apply ${median(times['first apply']['own CPU']).toFixed(0)} ms, of a restart with both ${median(times.restart['own CPU']).toFixed(0)} ms`,
      );
      bySize.push({ rules, times });
      comparisons.push(...compareContenders(`${variant}, ${rules} rules`, times));
    }
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

/** Of the largest size, as little can be said of the smaller ones beside what a program holds anyway. */
async function memoryLine(
  variant: Host['variant'],
  { rules, foreign }: FirewallBenchOptions,
): Promise<string> {
  const largest = Math.max(...rules);
  const guests = Math.ceil(largest / RULES_A_GUEST);
  const setting: Setting = { variant, guests, foreign: foreignRules(foreign) };
  const { first, changed } = await measureMemory(setting, changeOf('add', 0, guests));
  return `${variant}, ${largest} rules: ${first.toFixed(0)} bytes of heap a rule after the first apply, ${changed.toFixed(0)} after a change`;
}

async function measure(
  setting: Setting,
  { pairs, changes }: FirewallBenchOptions,
  progress: (line: string) => void,
): Promise<Times> {
  const script = Array.from({ length: changes }, (_, turn) =>
    KINDS.map((kind) => ({ kind, change: changeOf(kind, turn, setting.guests) })),
  ).flat();
  const texts = await rehearse(
    setting,
    script.map(({ change }) => change),
  );
  const times = Object.fromEntries(
    ['put', ...CASES].map((name) => [name, { ours: [], floor: [], 'whole table': [], 'own CPU': [] }]),
  ) as unknown as Times;
  for (let pair = 0; pair < pairs; pair++) {
    progress(`pair ${pair + 1} of ${pairs}`);
    await beside(setting, texts, async (contenders) => {
      let turn = pair;
      const step = async (name: Case, work: (contender: Contender) => Promise<void>): Promise<void> => {
        for (const contender of orderOf(CONTENDERS, turn++)) {
          const { wallMs, cpuMs } = await timed(() => work(contenders[contender]));
          times[name][contender].push(wallMs);
          if (contender === 'ours') times[name]['own CPU'].push(cpuMs);
        }
      };
      await step('put', (contender) => contender.prepare());
      await step('first apply', (contender) => contender.first());
      for (const { kind, change } of script) await step(kind, (contender) => contender.change(change));
      for (let again = 0; again < changes; again++) await step('nothing', (contender) => contender.nothing());
      await step('restart', (contender) => contender.restart());
    });
  }
  return times;
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

function compareContenders(where: string, times: Times): Comparison[] {
  return CASES.flatMap((name) =>
    (['floor', 'whole table'] as const)
      // It is not told what changed, so that nothing changed is no case of its own.
      .filter((against) => name !== 'nothing' || against === 'floor')
      .map((against) =>
        compare(
          { bench: 'firewall', case: `${where}, ${name}`, against },
          times[name].ours,
          times[name][against],
        ),
      ),
  );
}

/** Whether what our own process works for a change depends on how many rules there are. */
function compareSizes(variant: string, bySize: readonly { rules: number; times: Times }[]): Comparison[] {
  const [smallest] = bySize;
  return bySize.slice(1).flatMap(({ rules, times }) =>
    KINDS.map((kind) =>
      compare(
        {
          bench: 'firewall',
          case: `${variant}, ${rules} rules, ${kind}, own CPU`,
          against: `${smallest?.rules} rules`,
        },
        times[kind]['own CPU'],
        // The runs were not side by side, so that all are compared with what is usual.
        times[kind]['own CPU'].map(() => median(smallest?.times[kind]['own CPU'] ?? [])),
      ),
    ),
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
