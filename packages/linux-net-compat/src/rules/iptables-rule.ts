/** What a rule's text is made of. */
export interface RuleText {
  chain: string;
  /** What follows the chain's name. */
  rule: string;
  /** Whether the chain is one with the binary name before it. Left out: yes. */
  wrap?: boolean;
}

/** A rule in iptables-save's form, with counters that start at nothing: `[0:0] -A nova-network-INPUT -j DROP`. */
export function renderRule({ chain, rule, wrap = true }: RuleText, binaryName: string): string {
  return `[0:0] -A ${wrap ? `${binaryName}-${chain}` : chain} ${rule}`;
}
