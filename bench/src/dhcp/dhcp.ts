import { type Comparison, compare } from '../runner/comparison.js';
import { median } from '../runner/median.js';
import type { Report } from '../runner/report.js';
import { renderTable } from '../runner/table.js';
import {
  HOST_CONTENDERS,
  type HostContender,
  type HostCost,
  measureHosts,
  type StartCost,
} from './add-host.js';
import { type EventsResult, measureEvents } from './events.js';

export interface DhcpBenchOptions {
  pairs: number;
  /** Hosts that are added in a run. */
  changes: number;
  /** Hosts that are there already: one run for each. */
  hosts: readonly number[];
  /** Leases at full speed, and one after another. */
  leases: number;
  paced: number;
  /** How often the manager is killed meanwhile. */
  kills: number;
}

const TIMES = { ms: 'served', leaseMs: 'has its address', ownCpuMs: 'own CPU', serverCpuMs: "dnsmasq's CPU" };
type TimeName = keyof typeof TIMES;

/** One host more beside many, by us and by a file that is written anew with a SIGHUP; and events of many leases. */
export async function benchDhcp(
  { pairs, changes, hosts, leases, paced, kills }: DhcpBenchOptions,
  progress: (line: string) => void,
): Promise<Report> {
  const comparisons: Comparison[] = [];
  const rows: string[][] = [];
  const starts: string[] = [];
  for (const count of hosts) {
    const { add, start } = await measureHosts(count, { pairs, changes });
    const costs = (contender: HostContender): HostCost[] => add.get(contender) ?? [];
    for (const name of Object.keys(TIMES) as TimeName[]) {
      const about = {
        bench: 'dhcp',
        case: `${count} hosts and one, ${TIMES[name]}`,
        against: HOST_CONTENDERS[1],
      };
      const timesOf = (contender: HostContender) => costs(contender).map((cost) => cost[name]);
      const comparison = compare(about, timesOf('ours'), timesOf(HOST_CONTENDERS[1]));
      comparisons.push(comparison);
      const { oursMs, theirsMs, ratio } = comparison;
      rows.push([about.case, `${oursMs.toFixed(2)} ms`, `${theirsMs.toFixed(2)} ms`, ratio.toFixed(4)]);
    }
    const bytes = HOST_CONTENDERS.map((contender) => median(costs(contender).map((cost) => cost.bytes)));
    const [ours = Number.NaN, theirs = Number.NaN] = bytes;
    rows.push([
      `${count} hosts and one, written`,
      `${ours.toFixed(0)} B`,
      `${theirs.toFixed(0)} B`,
      (ours / theirs).toFixed(4),
    ]);
    starts.push(startLine(count, start));
    progress(`${count} hosts: done`);
  }
  const events = await measureEvents(leases, paced, kills, progress);
  const text = [
    `${pairs} pairs, ${changes} hosts added in each; medians`,
    renderTable(['case', 'ours', HOST_CONTENDERS[1], 'ratio'], rows),
    ...starts,
    eventsLine(events),
  ].join('\n');
  if (events.lost > 0 || events.twice > 0) throw new Error(`${text}\nevents were lost or told twice`);
  return { comparisons, text };
}

function startLine(count: number, start: ReadonlyMap<HostContender, readonly StartCost[]>): string {
  const shown = HOST_CONTENDERS.map((contender) => {
    const costs = start.get(contender) ?? [];
    const ms = median(costs.map((cost) => cost.ms));
    return `${contender} ${ms.toFixed(0)} ms, ${median(costs.map(({ residentMiB }) => residentMiB)).toFixed(1)} MiB`;
  });
  return `a server with ${count} hosts, until it serves and resident: ${shown.join('; ')}`;
}

function eventsLine(events: EventsResult): string {
  const { leases, seconds, lost, twice, missed, kills, latency, loadedMedian } = events;
  return [
    `${leases} leases in ${seconds.toFixed(1)} s with the manager killed ${kills} times:`,
    `${lost} events lost, ${twice} told twice, ${missed} times told that some are missed`,
    `from a client's answer to the event in the application: median ${latency.median.toFixed(1)} ms, 99 % within ${latency.p99.toFixed(1)} ms;`,
    `at full speed, where events wait for the script of those before them: median ${loadedMedian.toFixed(0)} ms`,
  ].join('\n');
}
