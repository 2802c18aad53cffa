import type { FirewallManager, FirewallOptions, OperationOptions } from 'netdev-core';
import type { HostLocks, Runner } from 'netdev-exec';
import type { Finding } from './diagnose/finding.js';
import type { Explanation } from './explain/explanation.js';
import type { ExplainOptions, Packet } from './explain/packet.js';
import type { DropLogging } from './intents/drop-logging.js';
import type { IptablesManager, RawTableOptions, SharedChains } from './iptables/manager.js';
import type { Variant } from './tools/family.js';

/** What the iptables backend accepts beside the contract's options. */
export interface IptablesFirewallOptions extends FirewallOptions {
  /** Which implementation of iptables; left out: `auto`, the one that `iptables` is on this machine. */
  variant?: Variant | undefined;
  runner?: Runner | undefined;
  /**
   * The bit of a packet's mark (1 << 0 to 1 << 31) that the chains of guests and security groups use among themselves,
   * and leave at 0. Nobody else may need it. Left out: 0x1000000.
   */
  markBit?: number | undefined;
  /** The names of the chains that several owners of raw rules share; left out: chains of the owner's own. */
  sharedChains?: SharedChains | undefined;
  /** Whether the raw IPv6 tables are written; left out: as soon as something was put into them. */
  rawIpv6?: RawTableOptions['ipv6'];
  /**
   * Raw tables that were made beforehand, for programs that fill them before they have a firewall. Their
   * owner is the firewall's then; every `apply` looks at the kernel's tables afresh, and at no table that
   * nothing was ever wanted of.
   */
  tables?: IptablesManager | undefined;
  /** Keeps others of this host out while rules are read and written. Left out: locks between processes. */
  locks?: HostLocks | undefined;
  /** Tries of each program before its failure counts. Left out: 1. */
  attempts?: number | undefined;
  /**
   * What becomes of connections whose intent goes. `keep`: they live on as long as they are used, since the kernel asks the
   * rules for the first packet of a connection only. `end`: `apply` ends them with conntrack(8), and no others; those of
   * forward policies, exceptions, ranges of ports and hosts that are not named live on. Where a rule or a member leaves a
   * security group, or a guest leaves it, those end that it let in and that no rule lets in any more; they are looked for
   * in the kernel's table, once for each family. Left out: `keep`.
   */
  connections?: 'keep' | 'end' | undefined;
  /**
   * Tells of packets and frames that rules of ours drop before they are dropped, by NFLOG with the owner as its prefix, at
   * most so many a second. Left out: they are dropped in silence.
   */
  logDrops?: DropLogging | undefined;
  /** Is told of each change as the commands a person would type for it. */
  onCommands?: ((commands: string[]) => void) | undefined;
}

/** The contract, and the raw chains and rules behind it. */
export interface IptablesFirewall extends FirewallManager {
  /**
   * Raw chains and rules. From its first use on its chains stand in the kernel's rule set too, and
   * `apply` writes both views together; `clear` empties it, until it is used again.
   */
  readonly iptables: IptablesManager;
  /**
   * Looks for what of the host stops what the groups ask for, or may: forwarding that is off, rules, policies and tables
   * of others, settings of the kernel, and rules of ours that somebody took away. Changes nothing. In a dry run it finds nothing.
   *
   * @throws MissingToolError, PermissionError
   */
  diagnose(options?: OperationOptions): Promise<Finding[]>;

  /**
   * Says which of our rules a packet meets, in order, and what they make of it: with the groups (and raw rules) as they
   * are now, as the next `apply` would write them. The host is not touched, so rules of others, the policies of chains
   * and routes are not considered; see {@link Explanation.notConsidered}.
   *
   * @throws InvalidArgumentError naming the field
   */
  explain(packet: Packet, options?: ExplainOptions): Promise<Explanation>;
}
