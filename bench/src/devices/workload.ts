import type { NetDevOperation } from 'netdev-core';
import { toShellCommands } from 'netdev-linux';

/** The kinds of link that the benchmark makes. */
export type EndKind = 'veth' | 'tap';

/** The steps that change something, in order; a dump comes before the last. */
export const PHASES = ['create', 'up', 'mtu', 'join', 'delete'] as const;
export type Phase = (typeof PHASES)[number];

/** What every contender does. */
export type Workload = Readonly<Record<Phase, readonly NetDevOperation[]>>;

/** A bridge, and a number of links that are made, set up, given an mtu, joined to it and deleted again. */
export function devicesWorkload(kind: EndKind, links: number): Workload {
  const numbers = Array.from({ length: links }, (_, number) => number);
  const update = (changes: (NetDevOperation & { do: 'update-link' })['changes']): NetDevOperation[] =>
    numbers.map((number) => ({ do: 'update-link', name: `end${number}`, changes }));
  return {
    create: [
      { do: 'create-link', spec: { kind: 'bridge', name: 'bench0' } },
      ...numbers.map((number): NetDevOperation => {
        const name = `end${number}`;
        return kind === 'tap'
          ? { do: 'create-link', spec: { kind, name } }
          : { do: 'create-link', spec: { kind, name, peer: { name: `far${number}` } } };
      }),
    ],
    up: update({ up: true }),
    mtu: update({ mtu: 1400 }),
    join: update({ master: 'bench0' }),
    delete: [
      ...numbers.map((number): NetDevOperation => ({ do: 'delete-link', name: `end${number}` })),
      { do: 'delete-link', name: 'bench0' },
    ],
  };
}

/** The same for iproute2, a command each and without the word `ip`. */
export function ipCommands(operations: readonly NetDevOperation[]): string[][] {
  return operations.flatMap((operation) => toShellCommands(operation)).map(([, ...words]) => words);
}
