import { type Comparison, compare } from '../runner/comparison.js';
import { median } from '../runner/median.js';
import { inFreshNamespace } from '../runner/namespaces.js';
import { runInTurn } from '../runner/pairs.js';
import { heldUp, memoryInUse } from '../runner/program-health.js';
import type { Report } from '../runner/report.js';
import { renderTable } from '../runner/table.js';
import { CONTENDERS, runContender, type Times } from './contenders.js';
import { idleProgramHeldUp } from './idle-program.js';
import { type Layer3Times, layer3Workload, runLayer3 } from './layer3.js';
import { devicesWorkload, type EndKind } from './workload.js';

export interface DevicesOptions {
  pairs: number;
  links: number;
  kind: EndKind;
  /** How often all is done again to see whether memory grows. */
  rounds: number;
  /** With how many links. */
  roundLinks: number;
}

const CASES = ['all', 'make', 'dump', 'delete'] as const satisfies readonly (keyof Times)[];

/** A bridge and many links: made, set up, given an mtu, joined, dumped and deleted; by us, by `ip -batch` and by `ip`. */
export async function benchDevices(
  { pairs, links, kind, rounds, roundLinks }: DevicesOptions,
  progress: (line: string) => void,
): Promise<Report> {
  const workload = devicesWorkload(kind, links);
  const delays: number[] = [];
  const idleDelays: number[] = [];
  const results = await runInTurn(CONTENDERS, pairs, async (contender, round) => {
    const { result: times, longestMs } = await inFreshNamespace((namespace) =>
      heldUp(() => runContender(contender, namespace, workload)),
    );
    if (contender === 'ours') {
      delays.push(longestMs);
      idleDelays.push(await idleProgramHeldUp(workload));
    }
    progress(`pair ${round + 1} of ${pairs}, ${contender}: ${times.all.toFixed(0)} ms`);
    return times;
  });
  const timesOf = (contender: (typeof CONTENDERS)[number], name: keyof Times): number[] =>
    (results.get(contender) ?? []).map((times) => times[name]);
  const comparisons = [
    ...CASES.flatMap((name) =>
      (['ip -batch', 'ip'] as const).map((against) =>
        compare({ bench: 'devices', case: name, against }, timesOf('ours', name), timesOf(against, name)),
      ),
    ),
    ...(await compareLayer3(pairs, Math.min(links, 65_536))),
  ];
  const memory = await memoryOver(rounds, devicesWorkload(kind, roundLinks));
  const text = [
    `${links} links (${kind}) and a bridge, ${pairs} pairs; milliseconds, medians`,
    renderTable(
      ['case', 'ours', 'against', 'theirs', 'ratio'],
      comparisons.map(({ case: name, oursMs, against, theirsMs, ratio }) => [
        name,
        oursMs.toFixed(1),
        against,
        theirsMs.toFixed(1),
        ratio.toFixed(3),
      ]),
    ),
    `event loop held up for at most: ${inMs(delays)}; of a program that only waits: ${inMs(idleDelays)}`,
    memory,
  ].join('\n');
  return { comparisons, text };
}

function inMs(delays: readonly number[]): string {
  const each = delays.map((delay) => delay.toFixed(1)).join(', ');
  return `${each} ms (median ${median(delays).toFixed(1)})`;
}

/** As many addresses as links, and as many routes, against `ip -batch`. */
async function compareLayer3(pairs: number, count: number): Promise<Comparison[]> {
  const workload = layer3Workload(count);
  const results = await runInTurn(['ours', 'ip -batch'] as const, pairs, (contender) =>
    inFreshNamespace((namespace) => runLayer3(contender, namespace, workload)),
  );
  const timesOf = (contender: 'ours' | 'ip -batch', name: keyof Layer3Times): number[] =>
    (results.get(contender) ?? []).map((times) => times[name]);
  return (['addresses', 'routes'] as const).map((name) => {
    const about = { bench: 'devices', case: name, against: 'ip -batch' };
    return compare(about, timesOf('ours', name), timesOf('ip -batch', name));
  });
}

async function memoryOver(rounds: number, workload: ReturnType<typeof devicesWorkload>): Promise<string> {
  const seen = [];
  for (let round = 0; round < rounds; round++) {
    await inFreshNamespace((namespace) => runContender('ours', namespace, workload));
    seen.push(memoryInUse());
  }
  const shown = seen.map(({ heapMiB, residentMiB }) => `${heapMiB.toFixed(1)}/${residentMiB.toFixed(0)}`);
  return `memory after each of ${rounds} rounds with ${workload.links} links, heap/resident in MiB: ${shown.join(' ')}`;
}
