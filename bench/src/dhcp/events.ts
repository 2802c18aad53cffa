import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { median } from '../runner/median.js';
import { runClients } from './clients.js';
import { type DhcpLab, hostsUpTo, inDhcpLab, networkOf, openDriver } from './lab.js';

interface ToldEvent {
  type: 'added' | 'renewed' | 'removed' | 'missed';
  mac?: string;
  position: string;
  at: number;
}

/** What came of many leases. Latencies are from a client's answer to the event in the application, in milliseconds. */
export interface EventsResult {
  leases: number;
  seconds: number;
  lost: number;
  twice: number;
  missed: number;
  kills: number;
  /** Of leases one after another, with a pause after each. */
  latency: { median: number; p99: number };
  /** Of leases as fast as the server gives them, where events wait for the script of those before. */
  loadedMedian: number;
}

const manager = fileURLToPath(new URL('./dhcp-manager.js', import.meta.url));
/** Clients at once, as many as keep the server busy. */
const AT_ONCE = 32;
/** So long without an event: there is none to come. */
const SILENCE_MS = 60_000;

/** A manager in a process of its own, and all that it was told. */
class Manager {
  readonly told: ToldEvent[] = [];
  readonly #lab: DhcpLab;
  #child: ChildProcess | undefined;
  #closed: Promise<unknown> = Promise.resolve();

  constructor(lab: DhcpLab) {
    this.#lab = lab;
  }

  /** Goes on behind what was told so far. */
  async start(): Promise<void> {
    const { server, directory } = this.#lab;
    const position = this.told.at(-1)?.position;
    const words = [manager, server, `${directory}/servers`, ...(position === undefined ? [] : [position])];
    const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#child = child;
    this.#closed = new Promise((resolve) => child.once('close', resolve));
    await new Promise<void>((resolve, reject) => {
      child.once('close', () => reject(new Error('the manager ended')));
      createInterface({ input: child.stdout }).on('line', (line) => {
        if (line === 'ready') resolve();
        else this.told.push(JSON.parse(line) as ToldEvent);
      });
    });
  }

  async kill(): Promise<void> {
    this.#child?.kill('SIGKILL');
    await this.#closed;
  }
}

/** Leases by real exchanges, with a manager that listens, is killed in the middle and goes on where it stopped. */
export async function measureEvents(
  leases: number,
  paced: number,
  kills: number,
  progress: (line: string) => void,
): Promise<EventsResult> {
  return inDhcpLab(async (lab) => {
    await using dhcp = await openDriver(lab);
    await dhcp.ensure(networkOf(hostsUpTo(leases + paced)));
    const listener = new Manager(lab);
    await listener.start();
    const all = async (count: number): Promise<void> => {
      let [events, since] = [0, performance.now()];
      while (new Set(listener.told.map(({ mac }) => mac)).size < count) {
        if (performance.now() - since > SILENCE_MS) return;
        await sleep(50);
        if (listener.told.length > events) [events, since] = [listener.told.length, performance.now()];
      }
    };

    const slow = await runClients(lab, { first: leases + 1, count: paced, atOnce: 'paced' });
    await all(paced);
    const latencies = latenciesOf(slow, listener.told);
    progress(`${paced} leases one after another: median ${median(latencies).toFixed(1)} ms to the event`);

    const begin = performance.now();
    let answered = 0;
    let turns = Promise.resolve();
    let killed = 0;
    const fast = await runClients(lab, { first: 1, count: leases, atOnce: AT_ONCE }, () => {
      answered += 1;
      if (killed >= kills || answered < ((killed + 1) * leases) / (kills + 1)) return;
      killed += 1;
      turns = turns.then(async () => {
        await listener.kill();
        await listener.start();
      });
    });
    const seconds = (performance.now() - begin) / 1000;
    await turns;
    await all(leases + paced);
    await listener.kill();
    const added = listener.told.filter(({ type }) => type === 'added').map(({ mac }) => mac);
    const heard = new Set(added);
    progress(`${leases} leases in ${seconds.toFixed(1)} s, ${heard.size} of ${leases + paced} events`);
    return {
      leases,
      seconds,
      lost: leases + paced - heard.size,
      twice: added.length - heard.size,
      missed: listener.told.filter(({ type }) => type === 'missed').length,
      kills: killed,
      latency: { median: median(latencies), p99: quantile(latencies, 0.99) },
      loadedMedian: median(latenciesOf(fast, listener.told)),
    };
  });
}

function latenciesOf(answers: readonly { mac: string; at: number }[], told: readonly ToldEvent[]): number[] {
  const heard = new Map(told.filter(({ type }) => type === 'added').map(({ mac, at }) => [mac, at]));
  return answers.map(({ mac, at }) => (heard.get(mac) ?? Number.POSITIVE_INFINITY) - at);
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
