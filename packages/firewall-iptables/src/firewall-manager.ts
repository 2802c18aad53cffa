import {
  type ApplyResult,
  ClosedError,
  type FirewallManager,
  type FirewallOptions,
  type IntentGroup,
  type IntentKind,
  intentKinds,
  type Key,
  type OperationOptions,
  parseIntentGroup,
  parseKey,
} from 'netdev-core';
import { createRunner, type Runner } from 'netdev-exec';
import { countRules, statusOf } from './group-status.js';
import { composeRules, type GroupRule, intentTables } from './intents/compose.js';
import { IptablesManager, type SharedChains } from './iptables/manager.js';
import { parseOwner } from './iptables/rule-text.js';
import { createRuleWriter, readUnlessMissing } from './rule-writer.js';
import type { Variant } from './tools/family.js';
import { createKernelRules } from './tools/kernel-rules.js';
import { createMemoryRules } from './tools/memory-rules.js';

/** What the iptables backend accepts beside the contract's options. */
export interface IptablesFirewallOptions extends FirewallOptions {
  /** Which implementation of iptables; left out: `auto`, the one that `iptables` is on this machine. */
  variant?: Variant | undefined;
  runner?: Runner | undefined;
  /** The names of the chains that several owners of raw rules share; left out: chains of the owner's own. */
  sharedChains?: SharedChains | undefined;
  /** Is told of each change as the commands a person would type for it. */
  onCommands?: ((commands: string[]) => void) | undefined;
}

/** The contract, and the raw chains and rules behind it. */
export interface IptablesFirewall extends FirewallManager {
  /**
   * Raw chains and rules. Made on first use, because its chains then stand in the kernel's rule set
   * too; `apply` writes both views together.
   */
  readonly iptables: IptablesManager;
}

/**
 * A firewall on iptables, ip6tables and ebtables.
 *
 * @throws InvalidArgumentError for an owner's mark that cannot be part of a chain's name
 */
export async function createIptablesFirewall(
  options: IptablesFirewallOptions = {},
): Promise<IptablesFirewall> {
  const owner = parseOwner(options.owner ?? 'netdev');
  const variant = options.variant ?? 'auto';
  const base = options.runner ?? createRunner();
  const runner = options.namespace === undefined ? base : base.inNamespace(options.namespace);
  const kernel = runner.dryRun ? createMemoryRules() : createKernelRules(runner, variant);

  const writer = createRuleWriter(kernel, { owner, variant, onCommands: options.onCommands });
  const groups = new Map<string, IntentGroup>();
  let raw: IptablesManager | undefined;
  /** Counts the changes of groups: one made while another is written is not taken for written. */
  let revision = 1;
  let appliedRevision = 0;
  let closed = false;
  let deferring = 0;
  let askedFor = false;
  /** Changes are made one at a time. */
  let queue: Promise<unknown> = Promise.resolve();

  const assertOpen = (operation: string): void => {
    if (closed) throw new ClosedError({ operation, object: 'firewall-iptables' });
  };

  const rulesOfGroups = (): GroupRule[] => composeRules([...groups.values()], owner);

  const write = async (callOptions?: OperationOptions): Promise<ApplyResult> => {
    const planned = revision;
    const rawTables = (raw?.tables() ?? []).map(({ table }) => ({ table, at: table.revision }));
    const result = await writer.write(rulesOfGroups(), raw, callOptions);
    for (const { table, at } of rawTables) table.markClean(at);
    appliedRevision = planned;
    return result;
  };

  const enqueue = <T>(work: () => Promise<T>): Promise<T> => {
    const next = queue.then(work, work);
    queue = next.catch(() => {});
    return next;
  };

  const apply = async (callOptions?: OperationOptions): Promise<ApplyResult> => {
    assertOpen('apply');
    if (deferring > 0) {
      askedFor = true;
      return { changed: false, added: 0, removed: 0 };
    }
    if (revision === appliedRevision && raw?.dirty !== true) return { changed: false, added: 0, removed: 0 };
    return enqueue(() => write(callOptions));
  };

  const close = async (): Promise<void> => {
    closed = true;
    await queue;
  };

  return {
    name: 'firewall-iptables',
    capabilities: new Set<IntentKind>(intentKinds),

    get iptables() {
      raw ??= new IptablesManager(owner, options.sharedChains);
      return raw;
    },

    async put(group) {
      assertOpen('put');
      const parsed = parseIntentGroup(group);
      if (JSON.stringify(groups.get(parsed.key)) === JSON.stringify(parsed)) return;
      groups.set(parsed.key, parsed);
      revision += 1;
    },

    async delete(key) {
      assertOpen('delete');
      const deleted = groups.delete(parseKey(key));
      if (deleted) revision += 1;
      return deleted;
    },

    async list() {
      return [...groups.values()].sort((one, other) => (one.key < other.key ? -1 : 1));
    },

    apply,

    async defer(work, callOptions) {
      assertOpen('defer');
      deferring += 1;
      try {
        return await work();
      } finally {
        deferring -= 1;
        if (deferring === 0 && askedFor) {
          askedFor = false;
          await apply(callOptions);
        }
      }
    },

    async reconcile(callOptions) {
      assertOpen('reconcile');
      return enqueue(() => write(callOptions));
    },

    async status(callOptions) {
      assertOpen('read status of');
      const rules = rulesOfGroups();
      const counted = await Promise.all(
        intentTables
          .filter((place) => rules.some((rule) => rule.family === place.family && rule.table === place.table))
          .map(async (place) => {
            const saved = await readUnlessMissing(kernel, place, true, callOptions);
            return saved === undefined ? [] : countRules(saved, place, rules, owner);
          }),
      );
      return [...groups.keys()].sort().map((key) => statusOf(key as Key, counted.flat()));
    },

    async clear(callOptions) {
      assertOpen('clear');
      groups.clear();
      raw = undefined;
      revision += 1;
      return enqueue(() => write(callOptions));
    },

    close,
    [Symbol.asyncDispose]: close,
  };
}
