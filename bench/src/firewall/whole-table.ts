import type { Variant } from 'firewall-iptables';
import { runInside } from './programs.js';
import type { Change, Lines } from './scenario.js';

/** What its chains begin with. */
export const WHOLE_TABLE_OWNER = 'orig';
const OWNER = WHOLE_TABLE_OWNER;
const TABLES = ['filter', 'nat'] as const;
type Table = (typeof TABLES)[number];

/** The owner's chains, each with the one that jumps to it. */
const CHAINS: Readonly<Record<Table, readonly (readonly [from: string, chain: string])[]>> = {
  filter: [
    ['INPUT', `${OWNER}-INPUT`],
    ['FORWARD', `${OWNER}-FORWARD`],
  ],
  nat: [
    ['PREROUTING', `${OWNER}-PREROUTING`],
    ['OUTPUT', `${OWNER}-OUTPUT`],
    ['POSTROUTING', `${OWNER}-float-snat`],
  ],
};

/**
 * Keeps rules as OpenStack's driver of 2015 did: for each change all tables are read with their counters, the lines
 * that are its own are replaced by those that are wanted (with the counters of those that were there), and everything is
 * written back. It is a plain program of that method, IPv4 only, and it looks lines up by their text, which is faster than
 * comparing each with each.
 */
export class WholeTable {
  readonly #guests = new Map<string, Lines>();

  constructor(
    readonly namespace: string,
    readonly variant: Exclude<Variant, 'auto'>,
  ) {}

  take({ lines }: Change): void {
    for (const [key, own] of lines) {
      if (own === undefined) this.#guests.delete(key);
      else this.#guests.set(key, own);
    }
  }

  apply(): void {
    runInside(this.namespace, [`iptables-${this.variant}-restore`, '-c'], this.#look());
  }

  /** What would be written. */
  #look(): string {
    const saved = runInside(this.namespace, [`iptables-${this.variant}-save`, '-c']).split('\n');
    return TABLES.map((table) => {
      const start = saved.indexOf(`*${table}`);
      const present = start < 0 ? [] : saved.slice(start + 1, saved.indexOf('COMMIT', start));
      return [`*${table}`, ...this.#merge(table, present), 'COMMIT', ''].join('\n');
    }).join('');
  }

  #merge(table: Table, present: readonly string[]): string[] {
    const counters = new Map<string, string>();
    const foreignChains: string[] = [];
    const foreignRules: string[] = [];
    for (const line of present) {
      const isOwn = line.includes(`${OWNER}-`);
      if (line.startsWith(':')) {
        if (!isOwn) foreignChains.push(line);
      } else if (isOwn) {
        const end = line.indexOf(' ');
        counters.set(line.slice(end + 1), line.slice(0, end));
      } else if (line !== '') {
        foreignRules.push(line);
      }
    }
    const jumps = CHAINS[table].map(([from, chain]) => `-A ${from} -j ${chain}`);
    const lines = [...this.#guests.values()].flatMap((guest) => guest[table]);
    const own = lines.filter((line) => !line.startsWith(':'));
    return [
      ...foreignChains,
      ...CHAINS[table].map(([, chain]) => `:${chain} - [0:0]`),
      ...lines.filter((line) => line.startsWith(':')).map((chain) => `${chain} - [0:0]`),
      ...[...jumps, ...own].map((line) => `${counters.get(line) ?? '[0:0]'} ${line}`),
      ...foreignRules,
    ];
  }
}
