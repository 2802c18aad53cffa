import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type HeldLock, isLocked, takeLock } from './file-lock.js';
import { Journal } from './journal.js';
import { KnownLeases } from './known-leases.js';
import type { HeldLease, LeaseEvent } from './lease-handler.js';

/** Changes of the files take milliseconds. */
const CHANGE_PATIENCE_MS = 5_000;

/** What is kept of one network: the events that are not handed on yet, and the leases known last. */
export class LeaseState {
  readonly journal: Journal;
  readonly known: KnownLeases;
  /** What handlers printed, and why they failed. */
  readonly logPath: string;
  readonly #folder: string;
  readonly #report: (text: string) => void;

  constructor(folder: string, report: (text: string) => void) {
    this.#folder = folder;
    this.#report = report;
    this.journal = new Journal(join(folder, 'journal.jsonl'));
    this.known = new KnownLeases(join(folder, 'leases.json'));
    this.logPath = join(folder, 'handler.log');
  }

  /** Opens that of a network, whose files are in a folder of their own. */
  static async open(
    stateDirectory: string,
    network: string,
    report: (text: string) => void,
  ): Promise<LeaseState> {
    const folder = join(stateDirectory, network);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return new LeaseState(folder, report);
  }

  /** Keeps an event; answers whether it is kept. */
  async record(event: LeaseEvent): Promise<boolean> {
    return this.#alone(async () => {
      const isKept = await this.#tried('the event is not kept', () => this.journal.append(event));
      await this.#tried('the list of leases stays as it was', () => this.known.update(event));
      return isKept;
    });
  }

  async replaceKnown(leases: readonly HeldLease[]): Promise<void> {
    await this.#alone(() =>
      this.#tried('the list of leases stays as it was', () => this.known.replace(leases)),
    );
  }

  /** The events that are not handed on yet. */
  async pending(): Promise<LeaseEvent[]> {
    const { events, damaged } = await this.journal.pending();
    for (const line of damaged) {
      this.#report(`passed over, since it cannot be read: ${this.journal.path}: ${line.slice(0, 200)}`);
    }
    return events;
  }

  /** Notes that all of these were handed on; answers whether there are no others. */
  async settle(delivered: readonly LeaseEvent[]): Promise<boolean> {
    const ids = new Set(delivered.map(({ id }) => id));
    return this.#alone(async (lock) => {
      const { events, size } = await this.journal.pending();
      const isLast = events.every(({ id }) => ids.has(id));
      // Who could not get the lock may add a line at any time.
      if (isLast && lock !== undefined && (await this.journal.clear(size))) return true;
      for (const event of delivered.slice(-1)) await this.journal.acknowledge(event);
      return false;
    });
  }

  /** `delivery`: who hands on does so alone, so that the events keep their order. `next`: who is to do it then. */
  lock(name: 'delivery' | 'next', patienceMs: number): Promise<HeldLock | undefined> {
    return takeLock(this.#folder, name, patienceMs);
  }

  isLocked(name: 'delivery' | 'next'): Promise<boolean> {
    return isLocked(this.#folder, name);
  }

  /** Goes on without the lock when it is not to be had: a lost event would be worse than one too many. */
  async #alone<Result>(work: (lock: HeldLock | undefined) => Promise<Result>): Promise<Result> {
    const lock = await takeLock(this.#folder, 'change', CHANGE_PATIENCE_MS);
    try {
      return await work(lock);
    } finally {
      await lock?.release();
    }
  }

  async #tried(otherwise: string, work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      this.#report(`${otherwise}: ${error instanceof Error ? error.message : error}`);
      return false;
    }
  }
}
