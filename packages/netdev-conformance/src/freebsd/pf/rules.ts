/** Addresses as a rule names them. */
export type Host =
  | { kind: 'any' }
  | { kind: 'network'; address: string; length: number }
  | { kind: 'range'; first: string; last: string }
  | { kind: 'table'; name: string }
  /** `(em0)`, `(em0:0)`, `(em0:network)`, `(self)`: whatever the interface has at the time. */
  | { kind: 'dynamic'; name: string; modifiers: readonly string[]; length: number | undefined }
  | { kind: 'no-route' }
  | { kind: 'urpf-failed' };

export interface NotHost {
  not: boolean;
  host: Host;
}

/** `port = 80`, `port 80:90`. */
export interface PortMatch {
  first: number;
  last: number;
}

export interface RuleEnd extends NotHost {
  port: PortMatch | undefined;
  os?: string | undefined;
}

export type Family = 'inet' | 'inet6';
export type Direction = 'in' | 'out';

export interface RuleInterface {
  not: boolean;
  name: string;
}

/** What rules of all kinds have: one of each, since lists are expanded. */
export interface RuleMatch {
  interface: RuleInterface | undefined;
  family: Family | undefined;
  protocol: string | undefined;
  from: RuleEnd;
  to: RuleEnd;
  tag: string | undefined;
  tagged: { not: boolean; tag: string } | undefined;
}

export interface RuleCounters {
  evaluations: bigint;
  packetsIn: bigint;
  packetsOut: bigint;
  bytesIn: bigint;
  bytesOut: bigint;
  states: bigint;
}

export const noCounters = (): RuleCounters => ({
  evaluations: 0n,
  packetsIn: 0n,
  packetsOut: 0n,
  bytesIn: 0n,
  bytesOut: 0n,
  states: 0n,
});

export interface FilterRule extends RuleMatch {
  kind: 'filter';
  action: 'pass' | 'block';
  /** What a blocked sender is told. */
  blockPolicy: 'drop' | 'return';
  direction: Direction | undefined;
  log: boolean;
  quick: boolean;
  /** `route-to (em0 192.0.2.1)`, as it is written. */
  route: string | undefined;
  icmp: { protocol: 'icmp' | 'icmp6'; type: number; code: number | undefined } | undefined;
  flags: string | undefined;
  user: string | undefined;
  state: 'keep' | 'modulate' | 'synproxy' | 'no';
  stateOptions: readonly string[];
  labels: readonly string[];
  dnpipe: string | undefined;
  counters: RuleCounters;
}

/** Calls the rules of another anchor. */
export interface AnchorRule extends RuleMatch {
  kind: 'anchor';
  of: 'filter' | 'nat' | 'rdr' | 'binat';
  name: string | undefined;
  direction: Direction | undefined;
  quick: boolean;
  /** The rules between its braces. */
  inline: (FilterRule | AnchorRule)[] | undefined;
}

export interface TranslationRule extends RuleMatch {
  kind: 'nat' | 'rdr' | 'binat';
  no: boolean;
  pass: boolean;
  pool: { hosts: Host[]; port: string | undefined; options: readonly string[] } | undefined;
  counters: RuleCounters;
}

export interface MacMatch {
  not: boolean;
  address: string;
  mask: string | undefined;
}

export interface EtherRule {
  kind: 'ether';
  action: 'pass' | 'block';
  direction: Direction | undefined;
  quick: boolean;
  interface: RuleInterface | undefined;
  protocol: number | undefined;
  from: MacMatch | undefined;
  to: MacMatch | undefined;
  l3: { from: NotHost; to: NotHost } | undefined;
  tag: string | undefined;
  tagged: { not: boolean; tag: string } | undefined;
  dnpipe: string | undefined;
  counters: RuleCounters;
}

export interface EtherAnchorRule extends Omit<EtherRule, 'kind' | 'action'> {
  kind: 'ether-anchor';
  name: string | undefined;
  inline: EtherRule[] | undefined;
}

export interface TableDefinition {
  name: string;
  flags: readonly string[];
  /** Left out: its contents are not said. */
  hosts: NotHost[] | undefined;
}

/** All that one text says. */
export interface Ruleset {
  ether: (EtherRule | EtherAnchorRule)[];
  nat: (TranslationRule | AnchorRule)[];
  rdr: (TranslationRule | AnchorRule)[];
  binat: (TranslationRule | AnchorRule)[];
  filter: (FilterRule | AnchorRule)[];
  tables: TableDefinition[];
  skip: string[];
}

export const emptyRuleset = (): Ruleset => ({
  ether: [],
  nat: [],
  rdr: [],
  binat: [],
  filter: [],
  tables: [],
  skip: [],
});
