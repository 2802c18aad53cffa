import type { IptablesTable as Table, TableOptions } from 'firewall-iptables';
import { UnsupportedError } from 'netdev-core';
import type { IptablesPackage } from './if-installed.js';
import { iptablesPackage } from './iptables-package.js';

/** What a caller is about to use. @throws UnsupportedError where firewall-iptables is not installed */
export function iptablesFor(what: string): IptablesPackage {
  if (iptablesPackage !== undefined) return iptablesPackage;
  throw new UnsupportedError({
    operation: 'use',
    object: what,
    detail: 'the tables of iptables are those of firewall-iptables, which is not installed',
    hint: 'npm install firewall-iptables; on a host without iptables use the functions for networks (init_host, metadata_forward …)',
  });
}

class MissingTable {
  constructor(_name: string, _owner: string, _options?: TableOptions) {
    iptablesFor('IptablesTable');
  }
}

/** A table of iptables in memory. Without firewall-iptables every attempt to make one throws UnsupportedError. */
export const IptablesTable = iptablesPackage?.IptablesTable ?? (MissingTable as unknown as typeof Table);
export type IptablesTable = Table;
