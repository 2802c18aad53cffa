/** What a finding is about; stable, for programs. */
export type FindingCode =
  /** The host does not forward packets of a family that intents need forwarded. */
  | 'forwarding-off'
  /** Bridged packets do not pass iptables, so nothing holds guests of one bridge apart. */
  | 'bridged-not-filtered'
  /** A built-in chain drops what no rule of ours accepts. */
  | 'policy-drops'
  /** A rule of others drops before ours are asked. */
  | 'rule-before-ours'
  /** A chain of nftables beside iptables drops, whatever iptables accepts. */
  | 'other-table-drops'
  /** The other variant of iptables has rules too. */
  | 'other-variant'
  /** The kernel drops what comes in by a device that it would not answer by. */
  | 'reverse-path'
  /** A translation leads to the host's loopback, which the kernel lets nobody reach from outside. */
  | 'loopback-closed'
  /** The kernel's rules are not those that were applied. */
  | 'not-as-applied';

/** Something of the host that stops what was asked for, or may. */
export interface Finding {
  code: FindingCode;
  /** Whether it is certain to stop traffic that an intent is there for, or depends on the packet. */
  stops: 'certainly' | 'perhaps';
  /** What it is and whom it hurts, in a sentence. */
  detail: string;
  /** What mends it: a command, or an intent to put. */
  fix: string;
}
