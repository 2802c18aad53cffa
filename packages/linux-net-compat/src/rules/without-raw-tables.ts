import { UnsupportedError } from 'netdev-core';
import type { IptablesManager } from './iptables-manager.js';

/** Stands where the raw tables would be, and says at every use that there are none. */
export function withoutRawTables(firewall: string): IptablesManager {
  return new Proxy({} as IptablesManager, {
    get: (_, name) => {
      throw noRawTables(firewall, `iptables_manager.${String(name)}`);
    },
  });
}

export function noRawTables(firewall: string, what: string): UnsupportedError {
  return new UnsupportedError({
    operation: 'use',
    object: what,
    detail: `the firewall ${firewall} has no raw tables`,
    hint: 'use the functions for networks (init_host, metadata_forward …), or intents of the firewall itself',
  });
}
