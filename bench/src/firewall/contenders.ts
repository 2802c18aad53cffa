import { createIptablesFirewall, type IptablesFirewall, type Variant } from 'firewall-iptables';
import { createRecordingRunner, createRunner, type RecordedCommand } from 'netdev-exec';
import { runInside } from './programs.js';
import type { Change, Scenario } from './scenario.js';
import { WHOLE_TABLE_OWNER, WholeTable } from './whole-table.js';

/** Where rules are kept, and what of, for how many guests at first. */
export interface Host {
  namespace: string;
  variant: Exclude<Variant, 'auto'>;
  scenario: Scenario;
  guests: number;
}

/** One way to keep the rules of many guests. */
export interface Contender {
  /** Is told of all guests, and writes nothing yet. */
  prepare(): Promise<void>;
  /** Writes the rules of all guests for the first time. */
  first(): Promise<void>;
  change(change: Change): Promise<void>;
  /** Sees that nothing is to be done. */
  nothing(): Promise<void>;
  /** A program that starts again finds what it wants to have. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** Ours, which writes what changed. */
export async function createOurs(
  { namespace, variant, scenario, guests }: Host,
  commands?: RecordedCommand[],
): Promise<Contender> {
  const plain = createRunner({ namespace: { name: namespace } });
  const runner = commands === undefined ? plain : createRecordingRunner(plain, commands);
  const open = () => createIptablesFirewall({ runner, variant });
  const present: Change[] = [];
  let firewall: IptablesFirewall = await open();

  const take = async ({ ours }: Change): Promise<void> => {
    if ('put' in ours) await firewall.put(ours.put);
    else await firewall.delete(ours.delete);
  };
  const putAll = async (): Promise<void> => {
    for (const change of scenario.begin(guests, WHOLE_TABLE_OWNER)) await take(change);
  };
  return {
    prepare: putAll,
    async first() {
      await firewall.apply();
    },
    async change(change) {
      present.push(change);
      await take(change);
      await firewall.apply();
    },
    async nothing() {
      await firewall.apply();
    },
    async restart() {
      firewall = await open();
      await putAll();
      for (const change of present) await take(change);
      await firewall.apply();
    },
    close: () => firewall.close(),
  };
}

/** What ours has its programs write, by when. */
export interface Texts {
  first: readonly RecordedCommand[];
  changes: readonly (readonly RecordedCommand[])[];
}

/** The bare programs, which are given the same text as by ours: nobody can be faster. */
export function createFloor({ namespace, variant }: Host, { first, changes }: Texts): Contender {
  let turn = 0;
  const write = (commands: readonly RecordedCommand[] = []): void => {
    for (const { argv, stdin } of commands) runInside(namespace, argv, stdin);
  };
  // Who keeps nothing in mind has to look.
  const look = async (): Promise<void> => {
    for (const tool of ['iptables', 'ip6tables']) runInside(namespace, [`${tool}-${variant}-save`, '-c']);
  };
  return {
    prepare: async () => {},
    first: async () => write(first),
    change: async () => write(changes[turn++]),
    nothing: look,
    restart: look,
    close: async () => {},
  };
}

/** All tables, read and written each time. */
export function createWholeTable({ namespace, variant, scenario, guests }: Host): Contender {
  const tables = new WholeTable(namespace, variant);
  const apply = async (): Promise<void> => tables.apply();
  return {
    async prepare() {
      for (const change of scenario.begin(guests, WHOLE_TABLE_OWNER)) tables.take(change);
    },
    first: apply,
    async change(change) {
      tables.take(change);
      tables.apply();
    },
    nothing: apply,
    restart: apply,
    close: async () => {},
  };
}
