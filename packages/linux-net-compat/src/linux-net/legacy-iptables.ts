import type { IptablesTable } from 'firewall-iptables';
import type { IptablesManager } from '../rules/iptables-manager.js';
import { parsePythonPattern } from '../rules/python-pattern.js';

/** A table under the original's names, with its positional arguments. */
export function legacyTable(table: IptablesTable) {
  return {
    has_chain: (name: string, wrap = true) => table.hasChain(name, { wrap }),
    add_chain: (name: string, wrap = true) => table.addChain(name, { wrap }),
    remove_chain: (name: string, wrap = true) => table.removeChain(name, { wrap }),
    add_rule: (chain: string, rule: string, wrap = true, top = false) =>
      table.addRule(chain, rule, { wrap, top }),
    remove_rule: (chain: string, rule: string, wrap = true, top = false) => {
      table.removeRule(chain, rule, { wrap, top });
    },
    remove_rules_regex: (pattern: string | RegExp) =>
      table.removeRulesRegex(typeof pattern === 'string' ? parsePythonPattern(pattern, 'regex') : pattern),
    empty_chain: (chain: string, wrap = true) => table.emptyChain(chain, { wrap }),
  };
}

/** The manager under the original's names. */
export function legacyIptablesManager(manager: IptablesManager) {
  return {
    get ipv4() {
      const { filter, nat, mangle } = manager.ipv4;
      return { filter: legacyTable(filter), nat: legacyTable(nat), mangle: legacyTable(mangle) };
    },
    get ipv6() {
      return { filter: legacyTable(manager.ipv6.filter) };
    },
    dirty: () => manager.dirty(),
    defer_apply_on: () => manager.deferApplyOn(),
    defer_apply_off: async () => manager.deferApplyOff(),
    apply: async () => manager.apply(),
  };
}
