import {
  AbortedError,
  type ApplyResult,
  ClosedError,
  createDeferral,
  createIntentGroups,
  type FirewallManager,
  type FirewallOptions,
  type IntentKind,
  InvalidArgumentError,
  intentKinds,
  type Key,
  nothingApplied,
  type OperationOptions,
  UnsupportedError,
} from 'netdev-core';
import { type MemoryRuleSet, replaceRules } from './rule-set.js';

/** What a memory host's firewall is made with. */
export interface MemoryFirewallOptions extends FirewallOptions {
  /** Intents that it is not to know, for trying how a program does without. */
  without?: readonly IntentKind[];
}

/** A firewall manager over the rule set of one stack of a host in memory. */
export function createMemoryFirewall(
  ruleSet: MemoryRuleSet,
  options: MemoryFirewallOptions = {},
): FirewallManager {
  const owner = parseOwner(options.owner ?? 'netdev');
  const capabilities = new Set(intentKinds.filter((kind) => !options.without?.includes(kind)));
  const groups = createIntentGroups();
  let closed = false;
  let dirty = true;

  const begin = (operation: string, callOptions?: OperationOptions): void => {
    if (closed) throw new ClosedError({ operation, object: 'firewall of the memory host' });
    if (callOptions?.signal?.aborted) throw new AbortedError({ operation, cause: callOptions.signal.reason });
  };
  const write = (): ApplyResult => {
    const wanted = [...groups.byKey.values()].flatMap(({ key, intents }) =>
      intents.map((intent) => ({ key, intent })),
    );
    const { added, removed } = replaceRules(ruleSet, owner, wanted);
    dirty = false;
    return { changed: added + removed > 0, added, removed };
  };
  const deferral = createDeferral(async () => (dirty ? write() : nothingApplied));
  const close = async (): Promise<void> => {
    closed = true;
  };

  return {
    name: 'firewall-memory',
    capabilities,

    async put(group) {
      begin('put');
      const put = groups.put(group, (parsed) => {
        const unknown = parsed.intents.find(({ kind }) => !capabilities.has(kind));
        if (unknown === undefined) return parsed;
        throw new UnsupportedError({
          operation: 'put',
          object: `${unknown.kind} of ${parsed.key}`,
          detail: `the memory host was made without ${unknown.kind}`,
          hint: 'leave it out of `without`',
        });
      });
      dirty ||= put !== undefined;
    },

    async delete(key) {
      begin('delete');
      const deleted = groups.delete(key) !== undefined;
      dirty ||= deleted;
      return deleted;
    },

    async list() {
      begin('list');
      return groups.list();
    },

    async apply(callOptions) {
      begin('apply', callOptions);
      return deferral.apply(callOptions);
    },

    async defer(work, callOptions) {
      begin('defer', callOptions);
      return deferral.defer(work, callOptions);
    },

    async reconcile(callOptions) {
      begin('reconcile', callOptions);
      return write();
    },

    async status(callOptions) {
      begin('read status', callOptions);
      return groups.sorted().map(({ key }) => {
        const own = (ruleSet.get(owner) ?? []).filter((rule) => rule.key === key);
        return {
          key: key as Key,
          rules: own.length,
          packets: own.reduce((sum, { packets }) => sum + packets, 0n),
          bytes: own.reduce((sum, { bytes }) => sum + bytes, 0n),
        };
      });
    },

    async clear(callOptions) {
      begin('clear', callOptions);
      groups.clear();
      return write();
    },

    close,
    [Symbol.asyncDispose]: close,
  };
}

function parseOwner(owner: unknown): string {
  if (typeof owner === 'string' && /^[A-Za-z0-9_-]{1,16}$/.test(owner)) return owner;
  throw new InvalidArgumentError('owner', owner, 'an owner (1 to 16 of A-Z a-z 0-9 _ -)');
}
