import { type Intent, type IntentGroup, InvalidArgumentError } from 'netdev-core';
import { pageMark } from './page-names.js';

/** A name that a chain is called by, and the field that gives it. */
interface Claim {
  chain: string;
  name: string;
  field: string;
}

/**
 * Keeps two names from being shortened to one chain: where the owner's mark is long there is room for 42 bits of a hash
 * only, and whoever may choose a name could look for one that gets to the chain of somebody else.
 */
export interface NameClaims {
  /**
   * Takes the names of a group of intents, in the place of those that the group of the same key had.
   *
   * @throws InvalidArgumentError for one whose chain has another name's rules, naming the field; then nothing has changed
   */
  put(group: IntentGroup): void;
  delete(key: string): void;
  clear(): void;
}

/** @param chainOf the name of the chain of a port or a group */
export function createNameClaims(chainOf: (use: 'i' | 'si', name: string) => string): NameClaims {
  const held = new Map<string, { name: string; keys: Set<string> }>();
  const claimsOf = new Map<string, readonly Claim[]>();
  const release = (key: string): void => {
    for (const { chain } of claimsOf.get(key) ?? []) {
      const holder = held.get(chain);
      holder?.keys.delete(key);
      if (holder?.keys.size === 0) held.delete(chain);
    }
    claimsOf.delete(key);
  };
  const collect = ({ key, intents }: IntentGroup): Claim[] => {
    const mark = pageMark(key);
    const page = mark === undefined ? [] : [{ chain: `page ${mark}`, name: key, field: 'key' }];
    return [...page, ...intents.flatMap(claimsOfIntent)];
  };
  const claimsOfIntent = (intent: Intent, index: number): Claim[] => {
    const at = `intents[${index}]`;
    if (intent.kind === 'security-group')
      return [{ chain: chainOf('si', intent.name), name: intent.name, field: `${at}.name` }];
    if (intent.kind !== 'guest') return [];
    const { port, securityGroups } = intent;
    return [
      { chain: chainOf('i', port), name: port, field: `${at}.port` },
      ...securityGroups.map((name, place) => ({
        chain: chainOf('si', name),
        name,
        field: `${at}.securityGroups[${place}]`,
      })),
    ];
  };
  return {
    put(group) {
      const claims = collect(group);
      const own = new Map<string, string>();
      for (const { chain, name, field } of claims) {
        const holder = held.get(chain);
        const isOthers = holder !== undefined && (holder.keys.size > 1 || !holder.keys.has(group.key));
        const taken = own.get(chain) ?? (isOthers ? holder.name : name);
        if (taken !== name)
          throw new InvalidArgumentError(field, name, `a name whose shortened form is not that of ${taken}`);
        own.set(chain, name);
      }
      release(group.key);
      if (claims.length === 0) return;
      claimsOf.set(group.key, claims);
      for (const { chain, name } of claims) {
        const holder = held.get(chain) ?? { name, keys: new Set<string>() };
        held.set(chain, holder);
        holder.keys.add(group.key);
      }
    },
    delete: release,
    clear() {
      held.clear();
      claimsOf.clear();
    },
  };
}
