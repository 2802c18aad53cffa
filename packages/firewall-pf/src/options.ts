import type { FirewallManager, FirewallOptions, OperationOptions } from 'netdev-core';
import type { HostFiles, Runner } from 'netdev-exec';
import type { SetupReport } from './setup/setup-report.js';

/** What the pf backend accepts beside the contract's options. */
export interface PfFirewallOptions extends FirewallOptions {
  runner?: Runner | undefined;
  /** Where `setup` finds and writes the host's pf.conf. Left out: the host's own files. */
  files?: HostFiles | undefined;
  /** The major release of FreeBSD. Left out: pfctl is asked whether it takes ether rules, which are of 14. */
  version?: 13 | 14 | undefined;
  /**
   * What becomes of connections whose intent goes. `keep`: they live on as long as they are used, since their states pass
   * without rules. `end`: `apply` kills those of the group, by its label and its addresses. Left out: `keep`.
   */
  connections?: 'keep' | 'end' | undefined;
}

export interface SetupOptions extends OperationOptions {
  /** Writes what is missing into a file of pf.conf(5), between markers, with a backup beside it. Left out: only looks. */
  write?: {
    /** Left out: `/etc/pf.conf`. */
    file?: string | undefined;
    /** Loads the file afterwards, which replaces the whole main ruleset by it. Left out: it is not loaded. */
    load?: boolean | undefined;
  };
}

/** The contract, and what pf needs beside it. */
export interface PfFirewall extends FirewallManager {
  /**
   * Looks whether the host is ready: whether the main ruleset calls the owner's anchors, pf runs, and bridges let pf see
   * what the groups as they are now need it to see. An anchor that nobody calls does nothing, and pf says nothing of it.
   *
   * @throws CommandError when pf does not take the file as it would be; then nothing was written
   */
  setup(options?: SetupOptions): Promise<SetupReport>;
}
