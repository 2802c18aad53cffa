import {
  AbortedError,
  type ApplyResult,
  ClosedError,
  createGuestPorts,
  type FirewallManager,
  type FirewallOptions,
  type IntentGroup,
  type IntentKind,
  InvalidArgumentError,
  intentKinds,
  type Key,
  type OperationOptions,
  parseIntentGroup,
  parseKey,
  UnsupportedError,
} from 'netdev-core';
import { type MemoryRuleSet, replaceRules } from './rule-set.js';

/** What a memory host's firewall is made with. */
export interface MemoryFirewallOptions extends FirewallOptions {
  /** Intents that it is not to know, for trying how a program does without. */
  without?: readonly IntentKind[];
}

const nothing: ApplyResult = { changed: false, added: 0, removed: 0 };

/** A firewall manager over the rule set of one stack of a host in memory. */
export function createMemoryFirewall(
  ruleSet: MemoryRuleSet,
  options: MemoryFirewallOptions = {},
): FirewallManager {
  const owner = parseOwner(options.owner ?? 'netdev');
  const capabilities = new Set(intentKinds.filter((kind) => !options.without?.includes(kind)));
  const groups = new Map<string, IntentGroup>();
  const ports = createGuestPorts();
  let closed = false;
  let dirty = true;
  let deferring = 0;
  let askedFor = false;

  const begin = (operation: string, callOptions?: OperationOptions): void => {
    if (closed) throw new ClosedError({ operation, object: 'firewall of the memory host' });
    if (callOptions?.signal?.aborted) throw new AbortedError({ operation, cause: callOptions.signal.reason });
  };
  const sorted = (): IntentGroup[] =>
    [...groups.values()].sort((one, other) => (one.key < other.key ? -1 : 1));
  const write = (): ApplyResult => {
    const wanted = [...groups.values()].flatMap(({ key, intents }) =>
      intents.map((intent) => ({ key, intent })),
    );
    const { added, removed } = replaceRules(ruleSet, owner, wanted);
    dirty = false;
    return { changed: added + removed > 0, added, removed };
  };
  const apply = (): ApplyResult => {
    if (deferring > 0) {
      askedFor = true;
      return nothing;
    }
    return dirty ? write() : nothing;
  };
  const close = async (): Promise<void> => {
    closed = true;
  };

  return {
    name: 'firewall-memory',
    capabilities,

    async put(group) {
      begin('put');
      const parsed = parseIntentGroup(group);
      const unknown = parsed.intents.find(({ kind }) => !capabilities.has(kind));
      if (unknown !== undefined) {
        throw new UnsupportedError({
          operation: 'put',
          object: `${unknown.kind} of ${parsed.key}`,
          detail: `the memory host was made without ${unknown.kind}`,
          hint: 'leave it out of `without`',
        });
      }
      if (JSON.stringify(groups.get(parsed.key)) === JSON.stringify(parsed)) return;
      ports.put(parsed);
      groups.set(parsed.key, parsed);
      dirty = true;
    },

    async delete(key) {
      begin('delete');
      const parsed = parseKey(key);
      ports.delete(parsed);
      const deleted = groups.delete(parsed);
      dirty ||= deleted;
      return deleted;
    },

    async list() {
      begin('list');
      return structuredClone(sorted());
    },

    async apply(callOptions) {
      begin('apply', callOptions);
      return apply();
    },

    async defer(work, callOptions) {
      begin('defer', callOptions);
      deferring += 1;
      try {
        return await work();
      } finally {
        deferring -= 1;
        if (deferring === 0 && askedFor) {
          askedFor = false;
          apply();
        }
      }
    },

    async reconcile(callOptions) {
      begin('reconcile', callOptions);
      return write();
    },

    async status(callOptions) {
      begin('read status', callOptions);
      return sorted().map(({ key }) => {
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
      ports.clear();
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
