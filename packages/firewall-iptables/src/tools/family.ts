import type { Dialect } from '../ruleset/render.js';

/** What is filtered: IPv4 and IPv6 packets, and Ethernet frames on bridges. */
export type Family = 'ipv4' | 'ipv6' | 'bridge';

export const families: readonly Family[] = ['ipv4', 'ipv6', 'bridge'];

/**
 * Which of the two implementations: nftables underneath, or the old x_tables (iptables(8),
 * xtables-nft(8)). `auto` takes whatever `iptables` is on this machine.
 */
export type Variant = 'auto' | 'nft' | 'legacy';

/** The programs of a family. */
export interface Tools {
  dialect: Dialect;
  /** What a person would type. */
  command: string;
  /** Prints all tables that are in use. */
  save: string[];
  /** Prints one table, and with the legacy variant makes it. */
  saveOne(table: string): string[];
  restore: string[];
  /** Whether that, with `--verbose`, prints comments as it comes to them. */
  echoes: boolean;
}

/** Seconds that a program waits for the lock of the legacy variant. */
const LOCK_WAIT = '5';

export function toolsOf(family: Family, variant: Variant): Tools {
  const infix = variant === 'auto' ? '' : `-${variant}`;
  if (family === 'bridge') {
    // Kernels that still have the legacy ebtables are rare, so only the nft one is asked for by name.
    const isKnown = variant !== 'auto';
    const command = isKnown ? 'ebtables-nft' : 'ebtables';
    return {
      dialect: 'ebtables',
      command,
      save: [`${command}-save`, '-c'],
      saveOne: (table) => [`${command}-save`, '-c', '-t', table],
      restore: [`${command}-restore`, '--noflush'],
      echoes: isKnown,
    };
  }
  const command = `${family === 'ipv4' ? 'iptables' : 'ip6tables'}${infix}`;
  return {
    dialect: 'iptables',
    command,
    save: [`${command}-save`, '-c'],
    saveOne: (table) => [`${command}-save`, '-c', '-t', table],
    restore: [`${command}-restore`, '-c', '--noflush', '--wait', LOCK_WAIT],
    echoes: true,
  };
}
