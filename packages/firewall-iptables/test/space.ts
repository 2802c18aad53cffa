import type { Variant } from 'firewall-iptables';
import { addSpaces, ipBatchIn, leave, outputIn, removeSpaces } from './agent/agent.js';

let made = 0;

/** A namespace with nothing in it but rules. */
export interface Space {
  name: string;
  run(...argv: string[]): Promise<string>;
  /** Gives a program some input. */
  feed(input: string, ...argv: string[]): Promise<void>;
  /** The ids of the processes that run in it. */
  processes(): Promise<string[]>;
  /** What the save programs of all families print, with counters. */
  save(): Promise<Saved[]>;
  remove(): Promise<void>;
}

/** One chain as it was saved, by its own name. */
interface Saved {
  /** `iptables-nft-save filter`. */
  table: string;
  chain: string;
  /** Its line, with policy and counters. */
  head: string;
  /** `[0:0] -A INPUT -j ACCEPT`. */
  rules: string[];
}

export async function createSpace(variant: Exclude<Variant, 'auto'>): Promise<Space> {
  made += 1;
  const name = `fwspace${process.pid}x${made}`;
  await addSpaces(name);
  const space: Space = {
    name,
    run: (...argv) => outputIn(name, argv),
    async feed(input, ...argv) {
      await outputIn(name, argv, input);
    },
    async processes() {
      // Our own shell is none of them.
      await leave(name);
      return (await outputIn('', ['ip', 'netns', 'pids', name])).split('\n').filter(Boolean);
    },
    async save() {
      const tools = [`iptables-${variant}-save`, `ip6tables-${variant}-save`, 'ebtables-nft-save'];
      const texts = await Promise.all(tools.map((tool) => space.run(tool, '-c')));
      return texts.flatMap((text, index) => readSaved(tools[index] as string, text));
    },
    async remove() {
      await removeSpaces(name);
    },
  };
  await ipBatchIn(name, ['link set lo up']);
  return space;
}

function readSaved(tool: string, text: string): Saved[] {
  const chains: Saved[] = [];
  let table = '';
  for (const line of text.split('\n')) {
    if (line.startsWith('*')) table = `${tool} ${line.slice(1)}`;
    else if (line.startsWith(':')) {
      const chain = line.slice(1, line.indexOf(' '));
      chains.push({ table, chain, head: line, rules: [] });
    } else if (/^(?:\[\d+:\d+\] )?-A /.test(line)) {
      const chain = /-A (\S+)/.exec(line)?.[1];
      chains.find((each) => each.table === table && each.chain === chain)?.rules.push(line);
    }
  }
  return chains;
}

/** What belongs to an owner, without counters: its chains, and the rules that lead to them. */
export function ownPart(saved: readonly Saved[], owner: string): string[] {
  const isOwn = (chain: string): boolean => chain.startsWith(`${owner}-`);
  return saved
    .flatMap(({ table, chain, rules }) => {
      const own = rules.filter((rule) => isOwn(chain) || isOwn(/-j (\S+)$/.exec(rule)?.[1] ?? ''));
      if (!isOwn(chain) && own.length === 0) return [];
      return [[`${table} ${chain}`, ...own.map((rule) => rule.replace(/^\[\d+:\d+\] /, ''))].join('\n')];
    })
    .sort();
}

/**
 * Everything that belongs to nobody of these, with counters; of tables that somebody else made. But for the counters of
 * policies that iptables-legacy forgets with every change, whoever makes it.
 */
export function foreignPart(
  saved: readonly Saved[],
  owners: readonly string[],
  tables: ReadonlySet<string>,
): string[] {
  const isOwn = (chain: string): boolean => owners.some((owner) => chain.startsWith(`${owner}-`));
  return saved.flatMap(({ table, chain, head, rules }) => {
    if (isOwn(chain) || !tables.has(table)) return [];
    return [
      `${table} ${headOf(table, head)}`,
      ...rules.filter((rule) => !isOwn(/-j (\S+)$/.exec(rule)?.[1] ?? '')),
    ];
  });
}

function headOf(table: string, head: string): string {
  return table.includes('-legacy-') ? head.replace(/ \[\d+:\d+\]$/, '') : head;
}
