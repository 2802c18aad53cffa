import { type DhcpEvent, type DhcpLease, type DhcpLeaseEvent, InvalidArgumentError } from 'netdev-core';

/** What happened to a lease, before it has a place among the events. */
export interface LeaseChange {
  type: DhcpLeaseEvent['type'];
  network: string;
  lease: DhcpLease;
}

/** A place between two events: behind so many of a journal's. */
export interface MemoryPosition {
  epoch: number;
  number: number;
}

let epochs = 0;

/** The last events of a server. A server that is made anew has another journal. */
export class MemoryJournal {
  readonly network: string;
  /** How many are kept. */
  keep: number;
  #last: MemoryPosition;
  #events: DhcpLeaseEvent[] = [];

  constructor(network: string, keep: number) {
    epochs += 1;
    this.network = network;
    this.keep = keep;
    this.#last = { epoch: epochs, number: 0 };
  }

  get last(): MemoryPosition {
    return this.#last;
  }

  add(change: LeaseChange): void {
    this.#last = { ...this.#last, number: this.#last.number + 1 };
    this.#events.push({ ...change, position: renderPosition(this.#last) });
    this.#events.splice(0, this.#events.length - this.keep);
  }

  /** Says that something happened that nobody can tell. */
  lose(): void {
    epochs += 1;
    this.#last = { epoch: epochs, number: 0 };
    this.#events = [];
  }

  /** What came behind a position; `undefined`: from the beginning. */
  after(position: MemoryPosition | undefined): DhcpEvent[] {
    const first = this.#last.number - this.#events.length;
    if (position === undefined) return [...this.#events];
    const isKept = position.epoch === this.#last.epoch && position.number >= first;
    if (isKept && position.number <= this.#last.number) return this.#events.slice(position.number - first);
    const start = renderPosition({ ...this.#last, number: first });
    return [{ type: 'missed', network: this.network, position: start }, ...this.#events];
  }
}

function renderPosition({ epoch, number }: MemoryPosition): string {
  return `${epoch}.${number}`;
}

/** @throws InvalidArgumentError naming `after` */
export function parseMemoryPosition(text: string): MemoryPosition {
  const [, epoch, number] = /^(\d{1,15})\.(\d{1,15})$/.exec(text) ?? [];
  if (number !== undefined) return { epoch: Number(epoch), number: Number(number) };
  throw new InvalidArgumentError('after', text, 'the position of an event of the memory host');
}
