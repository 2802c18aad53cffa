/** One rule, as it was added. */
export interface IptablesRule {
  readonly chain: string;
  /** What follows the chain's name. */
  readonly rule: string;
  /** Whether the chain is one with the binary name before it. */
  readonly wrap: boolean;
  /** Comes before the rules that are not. */
  readonly top: boolean;
}

/** A rule in iptables-save's form, with counters that start at nothing: `[0:0] -A nova-network-INPUT -j DROP`. */
export function renderRule(
  { chain, rule, wrap }: Pick<IptablesRule, 'chain' | 'rule' | 'wrap'>,
  binaryName: string,
): string {
  return `[0:0] -A ${wrap ? `${binaryName}-${chain}` : chain} ${rule}`;
}
