/** What became of the requirements of one contract, of one implementation. */
export interface ConformanceReport {
  /** `firewall-nftables as a FirewallManager`. */
  title: string;
  /** Every requirement of the contract, in the order in which they are declared. */
  requirements: readonly RequirementOutcome[];
}

/** What became of one requirement. */
export type RequirementOutcome = { group: string; name: string } & (
  | { result: 'passed' }
  /** The implementation lacks this capability or intent, and refuses its use as the contract says. */
  | { result: 'refused'; lacking: string }
  | { result: 'failed'; error: string }
  /** The factory leaves out this means, or the test was not run. */
  | { result: 'untested'; because: string }
);
