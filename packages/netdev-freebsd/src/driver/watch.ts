import { setTimeout as sleep } from 'node:timers/promises';
import { type NetDevEvent, type OperationOptions, PlatformError } from 'netdev-core';
import type { StartedProcess } from 'netdev-exec';
import { monitor } from '../commands/route.js';
import { addressesOf } from '../parse/address.js';
import { readNeighbours } from './read-neighbours.js';
import { readRoutes } from './read-routes.js';
import type { Session } from './session.js';
import { changesBetween, type Snapshot, snapshotOf } from './snapshot.js';

/** Milliseconds that pass between two readings, however much happens. */
const LEAST_PAUSE = 50;

/**
 * The changes of a stack from now on. `route -n monitor` says that something happened, and what it was is found by reading all
 * anew and comparing: something that came and went between two readings is not told of. Neighbours are among what it says: in 14
 * it joins their group (monitor_nl of sbin/route/route_netlink.c); in 13 arp(8) and ndp(8) send routing messages, of which every listener
 * gets a copy (route(4)), and the kernel sends some for those that it learns (nd6_lle_event of sys/netinet6/nd6.c; for ARP
 * reviews.freebsd.org/D22003).
 */
export function watchStack(session: Session, options: OperationOptions = {}): AsyncIterable<NetDevEvent> {
  const operation = 'watch';
  session.begin(operation, options);
  session.need(['watch'], operation, 'devices');
  const ended = AbortSignal.any([session.closed, ...(options.signal === undefined ? [] : [options.signal])]);
  const watching = new Watching(session, operation, ended);
  const first = watching.start();
  const read = first.then(
    () => {},
    () => {},
  );
  session.readFirst.add(read);
  void read.then(() => session.readFirst.delete(read));
  const events = watching.events(first);
  return { [Symbol.asyncIterator]: () => events };
}

class Watching {
  #process: StartedProcess | undefined;
  #dirty = false;
  #stopped = false;
  #wake: () => void = () => {};

  constructor(
    readonly session: Session,
    readonly operation: string,
    readonly ended: AbortSignal,
  ) {}

  /** Listens, and only then reads how things are, so that nothing falls between. */
  async start(): Promise<Snapshot> {
    this.#process = await this.session.runner.start(monitor(), { onOutput: () => this.#notice() });
    this.#process.exited.then(
      () => this.stop(),
      () => this.stop(),
    );
    if (this.ended.aborted) await this.stop();
    this.ended.addEventListener('abort', () => void this.stop(), { once: true });
    return this.#read();
  }

  async *events(first: Promise<Snapshot>): AsyncGenerator<NetDevEvent, undefined> {
    try {
      let before = await first;
      while (await this.#somethingHappened()) {
        const now = await this.#read().catch((error: unknown) => this.#unlessEnded(error));
        if (now === undefined) return undefined;
        yield* changesBetween(before, now);
        before = now;
        await sleep(LEAST_PAUSE, undefined, { signal: this.ended }).catch(() => {});
      }
      if (!this.ended.aborted)
        throw new PlatformError({ operation: this.operation, detail: 'route monitor ended by itself' });
      return undefined;
    } finally {
      await this.stop();
    }
  }

  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#wake();
    if (this.#process !== undefined) await this.session.runner.signal(this.#process.pid, 'SIGTERM');
  }

  #notice(): void {
    this.#dirty = true;
    this.#wake();
  }

  async #somethingHappened(): Promise<boolean> {
    while (!this.#dirty && !this.#stopped) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    this.#dirty = false;
    return !this.#stopped;
  }

  #unlessEnded(error: unknown): undefined {
    if (this.#stopped) return undefined;
    throw error;
  }

  async #read(): Promise<Snapshot> {
    const links = await this.session.links(this.operation);
    const shown = await this.session.showAll(this.operation);
    const neighbours = [
      ...(await readNeighbours(this.session, shown, 'ipv4', this.operation)),
      ...(await readNeighbours(this.session, shown, 'ipv6', this.operation)),
    ];
    const routes = await readRoutes(this.session, this.operation);
    return snapshotOf({ links, addresses: shown.flatMap(addressesOf), routes, neighbours });
  }
}
