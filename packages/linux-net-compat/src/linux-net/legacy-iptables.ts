import type { IptablesManager } from '../iptables/iptables-manager.js';
import type { IptablesTable } from '../iptables/iptables-table.js';

/** A table under the original's names, with its positional arguments. */
function legacyTable(table: IptablesTable) {
  return {
    has_chain: (name: string, wrap = true) => table.hasChain(name, { wrap }),
    add_chain: (name: string, wrap = true) => table.addChain(name, { wrap }),
    remove_chain: (name: string, wrap = true) => table.removeChain(name, { wrap }),
    add_rule: (chain: string, rule: string, wrap = true, top = false) =>
      table.addRule(chain, rule, { wrap, top }),
    remove_rule: (chain: string, rule: string, wrap = true, top = false) =>
      table.removeRule(chain, rule, { wrap, top }),
    remove_rules_regex: (pattern: string | RegExp) => table.removeRulesRegex(pattern),
    empty_chain: (chain: string, wrap = true) => table.emptyChain(chain, { wrap }),
  };
}

/** The manager under the original's names. */
export function legacyIptablesManager(manager: IptablesManager) {
  const { ipv4, ipv6 } = manager;
  return {
    ipv4: { filter: legacyTable(ipv4.filter), nat: legacyTable(ipv4.nat), mangle: legacyTable(ipv4.mangle) },
    ipv6: { filter: legacyTable(ipv6.filter) },
    dirty: () => manager.dirty(),
    defer_apply_on: () => manager.deferApplyOn(),
    defer_apply_off: () => manager.deferApplyOff(),
    apply: () => manager.apply(),
  };
}
