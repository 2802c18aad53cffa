import type { InterfaceName, IpFamily, Network } from '../values/index.js';

/** What a rule does with a packet: looks it up in its table, or ends it as a route of this kind would. */
export type RoutingRuleAction = 'lookup' | 'blackhole' | 'unreachable' | 'prohibit';

/** A rule of the routing policy: which table, if any, is asked about a packet (ip-rule(8)). */
export interface RoutingRule {
  family: IpFamily;
  /** The lowest is asked first, and of the same the one that was added first. */
  priority: number;
  /** Another word is the platform's own (`goto`, `nop`). */
  action: RoutingRuleAction | (string & {});
  table?: number;
  from?: Network;
  to?: Network;
  /** The firewall mark of the packet, as far as `markMask` has bits set; absent mask: all 32. */
  mark?: number;
  markMask?: number;
  /** The link that it came in by (`lo`: sent by this host), and the one that its socket is bound to. */
  inputLink?: InterfaceName;
  outputLink?: InterfaceName;
  /** It holds for packets that do not match. */
  inverted: boolean;
  /** Who made it, in the platform's word: `kernel`, `boot`, `static`, or its number. */
  protocol: string;
  /** Set where the platform has conditions or actions that netdev does not know. Such a rule is never taken for another. */
  special?: true;
}

/** A rule to be made or found. What is left out of the conditions holds for every packet. */
export interface RoutingRuleSpec {
  /** Left out: that of `from` or `to`, else IPv4. */
  family?: IpFamily;
  /** 0 to 4294967295; left out: at its making one less than the first of those there that can be changed, else any. */
  priority?: number;
  /** Left out: `lookup`, which needs `table`. */
  action?: RoutingRuleAction;
  /** 1 to 4294967295. */
  table?: number;
  from?: string;
  to?: string;
  mark?: number;
  markMask?: number;
  /** They need not be there yet. */
  inputLink?: string;
  outputLink?: string;
  inverted?: boolean;
  protocol?: string;
}

export interface RoutingRuleFilter {
  family?: IpFamily;
  table?: number;
}
