import { InvalidArgumentError } from 'netdev-core';
import { quotesAreClosed } from '../ruleset/rule-words.js';
import { withoutQuoted } from '../ruleset/saved-table.js';

/** The longest chain name: XT_EXTENSION_MAXNAMELEN (29, linux/netfilter/x_tables.h) less its NUL. */
const CHAIN_MAX = 28;

/** Options of iptables(8) that are no part of a rule: commands, another table, the program that loads modules. */
const commands =
  'append|check|delete|insert|replace|list|list-rules|flush|zero|new-chain|delete-chain|policy|rename-chain';
const notOfARule = new RegExp(
  `(?:^| )(-[ACDIRLSFZNXPEtM][^ ]*|--(?:(?:${commands})(?![^ =])|tab|modp)[^ ]*)`,
);

/**
 * Checks the text of a raw rule: one line of printable characters, every quote closed. Raw rules are
 * iptables syntax by their nature; what comes from outside must be parsed before it gets into one.
 *
 * @throws InvalidArgumentError naming `field`
 */
export function parseRuleText(value: unknown, field = 'rule'): string {
  if (typeof value !== 'string' || value.trim() === '' || !/^[\x20-\x7e]+$/.test(value))
    throw new InvalidArgumentError(field, value, 'a rule of one line of printable ASCII characters');
  const other = notOfARule.exec(withoutQuoted(value))?.[1];
  if (other !== undefined)
    throw new InvalidArgumentError(field, value, `the text of a rule, without ${other}`);
  if (!quotesAreClosed(value))
    throw new InvalidArgumentError(field, value, 'a rule in which every quote is closed');
  return value;
}

/** Checks a chain's name. @throws InvalidArgumentError naming `field` */
export function parseChainName(value: unknown, field = 'chain'): string {
  if (
    typeof value === 'string' &&
    new RegExp(`^[A-Za-z0-9_][A-Za-z0-9_.:-]{0,${CHAIN_MAX - 1}}$`).test(value)
  )
    return value;
  throw new InvalidArgumentError(field, value, `a chain name (1 to ${CHAIN_MAX} of A-Z a-z 0-9 _ . : -)`);
}

/** Checks the owner's mark. @throws InvalidArgumentError naming `field` */
export function parseOwner(value: unknown, field = 'owner'): string {
  if (typeof value === 'string' && /^[A-Za-z0-9_][A-Za-z0-9_-]{0,15}$/.test(value)) return value;
  throw new InvalidArgumentError(field, value, "an owner's mark (1 to 16 of A-Z a-z 0-9 _ -)");
}
