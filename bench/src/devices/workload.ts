import type { NetDevOperation } from 'netdev-core';
import { toShellCommands } from 'netdev-linux';

/** The kinds of link that the benchmark makes. */
export type EndKind = 'veth' | 'tap';

/** What every contender does, with a dump in between. */
export interface Workload {
  links: number;
  /** A bridge and the links are made; then each is set up, each is given an mtu, each is joined to the bridge. */
  make: readonly NetDevOperation[];
  delete: readonly NetDevOperation[];
}

export function devicesWorkload(kind: EndKind, links: number): Workload {
  const numbers = Array.from({ length: links }, (_, number) => number);
  const update = (changes: (NetDevOperation & { do: 'update-link' })['changes']): NetDevOperation[] =>
    numbers.map((number) => ({ do: 'update-link', name: `end${number}`, changes }));
  return {
    links,
    make: [
      { do: 'create-link', spec: { kind: 'bridge', name: 'bench0' } },
      ...numbers.map((number): NetDevOperation => {
        const name = `end${number}`;
        return kind === 'tap'
          ? { do: 'create-link', spec: { kind, name } }
          : { do: 'create-link', spec: { kind, name, peer: { name: `far${number}` } } };
      }),
      ...update({ up: true }),
      ...update({ mtu: 1400 }),
      ...update({ master: 'bench0' }),
    ],
    delete: [
      ...numbers.map((number): NetDevOperation => ({ do: 'delete-link', name: `end${number}` })),
      { do: 'delete-link', name: 'bench0' },
    ],
  };
}

/** The same for `ip -batch`, a line each. */
export function ipBatchText(operations: readonly NetDevOperation[]): string {
  return ipCommands(operations)
    .map((words) => `${words.join(' ')}\n`)
    .join('');
}

/** The same for iproute2, a command each and without the word `ip`. */
export function ipCommands(operations: readonly NetDevOperation[]): string[][] {
  return operations.flatMap((operation) => toShellCommands(operation)).map(([, ...words]) => words);
}
