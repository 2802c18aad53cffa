import {
  type ApplyResult,
  ClosedError,
  type FirewallManager,
  type FirewallOptions,
  type IntentGroup,
  type IntentKind,
  intentKinds,
  type OperationOptions,
  parseIntentGroup,
  parseKey,
} from 'netdev-core';
import {
  createHostLocks,
  createLockQueue,
  createMemoryLocks,
  createRunner,
  type HostLocks,
  type Runner,
} from 'netdev-exec';
import { countRules, statusOfGroups } from './group-status.js';
import { createComposer } from './intents/compose.js';
import { IptablesManager, type RawTableOptions, type SharedChains } from './iptables/manager.js';
import { parseOwner } from './iptables/rule-text.js';
import { createKeptRuleState } from './kept-faults/kept-rule-state.js';
import { createPlaces } from './places.js';
import { createRuleState, type FamilyChange } from './rule-state.js';
import { toShellCommands } from './ruleset/render.js';
import { emptyTable } from './ruleset/saved-table.js';
import { families, toolsOf, type Variant } from './tools/family.js';
import { createKernelRules } from './tools/kernel-rules.js';
import { createMemoryRules } from './tools/memory-rules.js';
import { stageWishes } from './wishes.js';

/** What the iptables backend accepts beside the contract's options. */
export interface IptablesFirewallOptions extends FirewallOptions {
  /** Which implementation of iptables; left out: `auto`, the one that `iptables` is on this machine. */
  variant?: Variant | undefined;
  runner?: Runner | undefined;
  /** The names of the chains that several owners of raw rules share; left out: chains of the owner's own. */
  sharedChains?: SharedChains | undefined;
  /** Whether the raw IPv6 tables are written; left out: as soon as something was put into them. */
  rawIpv6?: RawTableOptions['ipv6'];
  /**
   * Raw tables that were made beforehand, for programs that fill them before they have a firewall. Their
   * owner is the firewall's then; every `apply` looks at the kernel's tables afresh, and at no table that
   * nothing was ever wanted of.
   */
  tables?: IptablesManager | undefined;
  /** Keeps others of this host out while rules are read and written. Left out: locks between processes. */
  locks?: HostLocks | undefined;
  /** Tries of each program before its failure counts. Left out: 1. */
  attempts?: number | undefined;
  /** Is told of each change as the commands a person would type for it. */
  onCommands?: ((commands: string[]) => void) | undefined;
}

/** The contract, and the raw chains and rules behind it. */
export interface IptablesFirewall extends FirewallManager {
  /**
   * Raw chains and rules. From its first use on its chains stand in the kernel's rule set too, and
   * `apply` writes both views together; `clear` empties it, until it is used again.
   */
  readonly iptables: IptablesManager;
}

/** Two that change rules at a time could each undo what the other did since it looked. */
const LOCK = 'iptables';

const unchanged: ApplyResult = { changed: false, added: 0, removed: 0 };

/**
 * A firewall on iptables, ip6tables and ebtables.
 *
 * `apply` writes the difference to what it knows the kernel to have and reads the kernel's rules only
 * where it has to; what somebody else did to our chains meanwhile is found and mended by `reconcile`.
 * Programs of one host that write rules through this package wait for each other.
 *
 * @throws InvalidArgumentError for an owner's mark that cannot be part of a chain's name
 */
export async function createIptablesFirewall(
  options: IptablesFirewallOptions = {},
): Promise<IptablesFirewall> {
  const owner = parseOwner(options.tables?.owner ?? options.owner ?? 'netdev');
  const variant = options.variant ?? 'auto';
  const base = options.runner ?? createRunner();
  const runner = options.namespace === undefined ? base : base.inNamespace(options.namespace);
  const { attempts } = options;
  const kernel = runner.dryRun ? createMemoryRules() : createKernelRules(runner, variant, { attempts });
  const locks = options.locks ?? (runner.dryRun ? createMemoryLocks() : createHostLocks());

  const compose = createComposer(owner);
  const groups = new Map<string, IntentGroup>();
  const raw =
    options.tables ?? new IptablesManager({ owner, shared: options.sharedChains, ipv6: options.rawIpv6 });
  const state = raw.faults === 'keep' ? createKeptRuleState(kernel) : createRuleState(kernel);
  const places = createPlaces(raw, { onlyUsed: options.tables !== undefined });
  const usualLook = options.tables === undefined ? 'known' : 'fresh';
  let rawInUse = options.tables !== undefined;
  /** The groups count their changes, so that one that comes while a change is written is not lost. */
  let revision = 1;
  let appliedRevision = 0;
  let closed = false;
  let deferring = 0;
  let askedFor = false;
  /** Changes are made one at a time. */
  const turns = createLockQueue();

  const assertOpen = (operation: string): void => {
    if (closed) throw new ClosedError({ operation, object: 'firewall-iptables' });
  };

  const isDirty = (): boolean => revision !== appliedRevision || (rawInUse && raw.dirty);

  const tell = (changes: readonly FamilyChange[]): void => {
    for (const { family, plans } of changes) {
      const commands = toShellCommands(plans, toolsOf(family, variant).command);
      if (commands.length > 0) options.onCommands?.(commands);
    }
  };

  const write = async (look: 'known' | 'fresh', callOptions?: OperationOptions): Promise<ApplyResult> => {
    const staged = revision;
    const rules = compose(groups.values());
    const wishes = stageWishes({ rules, owner, raw, rawInUse, places: places.of(rules) });
    const work = async () => state.write(wishes, look, callOptions);
    const { changes, ...result } = await locks.hold(LOCK, work, callOptions);
    appliedRevision = staged;
    tell(changes);
    return result;
  };

  const enqueue = (work: () => Promise<ApplyResult>) => turns.inTurn('apply', work);

  const writeFresh = (callOptions?: OperationOptions): Promise<ApplyResult> =>
    enqueue(() => write('fresh', callOptions));

  const apply = async (callOptions?: OperationOptions): Promise<ApplyResult> => {
    assertOpen('apply');
    if (deferring === 0) return enqueue(async () => (isDirty() ? write(usualLook, callOptions) : unchanged));
    askedFor = true;
    return unchanged;
  };

  const close = async (): Promise<void> => {
    closed = true;
    await turns.idle();
  };

  return {
    name: 'firewall-iptables',
    capabilities: new Set<IntentKind>(intentKinds),

    get iptables() {
      rawInUse = true;
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
      return writeFresh(callOptions);
    },

    async status(callOptions) {
      assertOpen('read status of');
      const rules = compose(groups.values());
      const counted = await Promise.all(
        families.map(async (family) => {
          const tables = [...rules.keys()].filter((place) => place.startsWith(`${family} `));
          const names = tables.map((place) => place.slice(family.length + 1));
          if (names.length === 0) return [];
          const saved = await kernel.read(family, names, callOptions);
          return names.flatMap((table) =>
            countRules(saved.get(table) ?? emptyTable, rules.get(`${family} ${table}`) ?? [], owner),
          );
        }),
      );
      return statusOfGroups(groups.keys(), counted.flat());
    },

    async clear(callOptions) {
      assertOpen('clear');
      groups.clear();
      revision += 1;
      raw.reset();
      rawInUse = false;
      return writeFresh(callOptions);
    },

    close,
    [Symbol.asyncDispose]: close,
  };
}
