import type { Key } from 'netdev-core';
import type { Family } from '../tools/family.js';

/** What our rules make of a packet. */
export interface Explanation {
  /**
   * - `drop`: a rule of ours drops it;
   * - `accept`: none does, and one accepts it in iptables' filter table, or in ebtables' where iptables does not see it;
   * - `untouched`: neither, so that rules of others and the chains' policies decide;
   * - `unknown`: it depends on what cannot be said of a rule.
   */
  verdict: Verdict;
  /** The rule that decides: it drops the packet, or accepts it. None for other verdicts, and where one of several does. */
  decidedBy: ExplainedRule | undefined;
  /** Our rules that it meets, in this order: those whose counters it raises. */
  rules: ExplainedRule[];
  /** Its addresses when our rules are done with it; `undefined` for a frame without IP. */
  leaves: PacketAddresses | undefined;
  /**
   * What was not looked at: `foreign-rules`, always, as those of others and the policies of chains may stop, let through
   * or translate a packet before and after ours; `frames`, where the packet's ports of bridges were not given.
   */
  notConsidered: ('foreign-rules' | 'frames')[];
}

export type Verdict = 'accept' | 'drop' | 'untouched' | 'unknown';

/** A rule of ours that a packet meets. */
export interface ExplainedRule {
  /**
   * The group that it belongs to. A rule of no group, in a chain that rules of several groups lead to, has that of the
   * rule that led there; rules from built-in chains to ours, and raw ones, have none.
   */
  key: Key | undefined;
  family: Family;
  table: string;
  /** Where in the packet's way: `PREROUTING`, `INPUT`, `FORWARD`, `OUTPUT` or `POSTROUTING`. */
  hook: Hook;
  /** The chain's name in the kernel. */
  chain: string;
  /** The rule without its chain, as the save programs print it. */
  text: string;
  does: RuleAction;
  /** Whether the packet meets it; `unknown` for `because`. */
  met: 'yes' | 'unknown';
  because: string | undefined;
}

export type Hook = 'PREROUTING' | 'INPUT' | 'FORWARD' | 'OUTPUT' | 'POSTROUTING';

/** What a rule does with a packet that it matches. */
export type RuleAction =
  /** In a nat table: nothing is translated. */
  | { kind: 'accept' }
  /** Also with an answer (REJECT). */
  | { kind: 'drop' }
  /** What is left out stays as it is; `chosen`: by the kernel, among several. */
  | { kind: 'translate-destination'; address?: string | 'chosen'; port?: number | 'chosen' }
  /** `masquerade`: the address that the device has by which the packet leaves. */
  | { kind: 'translate-source'; address?: string | 'masquerade' | 'chosen'; port?: number | 'chosen' }
  | { kind: 'jump' | 'goto'; chain: string }
  | { kind: 'return' }
  /** The mark becomes `(mark & ~mask) ^ value`. */
  | { kind: 'mark'; value: number; mask: number }
  /** It counts, logs or changes what no rule of ours looks at, and the packet goes on. */
  | { kind: 'go-on' }
  /** A target that is not known here. */
  | { kind: 'unknown' };

/** Where a packet is from and for. */
export interface PacketAddresses {
  /** `masquerade`: the address of the device that it leaves by. */
  source: string | 'masquerade' | 'unknown';
  destination: string | 'unknown';
  /** `undefined` if unknown, or if the protocol has none. A source port that is taken is changed by the kernel. */
  sourcePort: number | undefined;
  destinationPort: number | undefined;
}
