import {
  type ApplyResult,
  ClosedError,
  type FirewallManager,
  type FirewallOptions,
  type GroupStatus,
  type IntentGroup,
  type IntentKind,
  intentKinds,
  type Key,
  type OperationOptions,
  PartialError,
  parseIntentGroup,
  parseKey,
} from 'netdev-core';
import { createRunner, type Runner } from 'netdev-exec';
import { composeRules, type GroupRule, intentTables, wantedTable } from './intents/compose.js';
import { IptablesManager, type SharedChains } from './iptables/manager.js';
import { parseOwner } from './iptables/rule-text.js';
import { combineTables } from './ruleset/combine.js';
import { planTable, type TablePlan } from './ruleset/plan.js';
import { renderShell } from './ruleset/render.js';
import { restorePoint } from './ruleset/restore-point.js';
import type { SavedTable } from './ruleset/saved-table.js';
import { isEmpty, type WantedTable } from './ruleset/wanted-table.js';
import { type Family, toolsOf, type Variant } from './tools/family.js';
import { createKernelRules, isMissing, type KernelRules, RuleSetMovedError } from './tools/kernel-rules.js';
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

interface Place {
  family: Family;
  table: string;
}

/** How often a change is planned anew when somebody else changed the rule set meanwhile. */
const TRIES = 4;

const families: readonly Family[] = ['ipv4', 'ipv6', 'bridge'];

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

  const groups = new Map<string, IntentGroup>();
  let raw: IptablesManager | undefined;
  let dirty = true;
  let closed = false;
  let deferring = 0;
  let askedFor = false;
  /** Changes are made one at a time. */
  let queue: Promise<unknown> = Promise.resolve();
  /** Where something of ours is, or may be: everywhere, until the first look. */
  const occupied = new Set<string>(intentTables.map(placeName));

  const assertOpen = (operation: string): void => {
    if (closed) throw new ClosedError({ operation, object: 'firewall-iptables' });
  };

  const places = (): Place[] => {
    const rawPlaces = raw?.tables().map(({ family, table }) => ({ family, table: table.name })) ?? [];
    const all = [...intentTables, ...rawPlaces];
    return all.filter(
      (place, index) => all.findIndex((other) => placeName(other) === placeName(place)) === index,
    );
  };

  const wantedAt = ({ family, table }: Place, rules: readonly GroupRule[]): WantedTable => {
    const ofIntents = wantedTable(rules, family, table, owner);
    if (raw === undefined || family === 'bridge') return ofIntents;
    const ofRaw = raw[family][table as 'filter' | 'nat' | 'mangle'].wanted();
    return combineTables(ofRaw, ofIntents);
  };

  const write = async (callOptions?: OperationOptions): Promise<ApplyResult> => {
    for (let tries = 1; ; tries++) {
      try {
        return await writeOnce(callOptions);
      } catch (error) {
        if (!(error instanceof RuleSetMovedError) || tries === TRIES) throw error;
      }
    }
  };

  const writeOnce = async (callOptions?: OperationOptions): Promise<ApplyResult> => {
    const rules = composeRules([...groups.values()], owner);
    const changes: { place: Place; saved: SavedTable; wanted: WantedTable; plan: TablePlan }[] = [];
    await Promise.all(
      places().map(async (place) => {
        const wanted = wantedAt(place, rules);
        if (isEmpty(wanted) && wanted.removals.length === 0 && !occupied.has(placeName(place))) return;
        const saved = await readUnlessMissing(kernel, place, isEmpty(wanted), callOptions);
        if (saved === undefined) return;
        changes.push({ place, saved, wanted, plan: planTable(saved, wanted) });
      }),
    );
    const result = {
      added: changes.reduce((total, { plan }) => total + plan.added, 0),
      removed: changes.reduce((total, { plan }) => total + plan.removed, 0),
      changed: changes.some(({ plan }) => plan.steps.length > 0),
    };
    const done: Family[] = [];
    for (const family of families) {
      const ofFamily = changes.filter(({ place, plan }) => place.family === family && plan.steps.length > 0);
      if (ofFamily.length === 0) continue;
      try {
        await kernel.write(
          family,
          ofFamily.map(({ plan }) => plan),
          callOptions,
        );
      } catch (cause) {
        await putBack(
          kernel,
          changes.filter(({ place }) => done.includes(place.family)),
          cause,
        );
        throw cause;
      }
      done.push(family);
      options.onCommands?.(
        renderShell(
          ofFamily.map(({ plan }) => plan),
          toolsOf(family, variant).command,
        ),
      );
    }
    for (const { place, wanted } of changes) {
      if (isEmpty(wanted)) occupied.delete(placeName(place));
      else occupied.add(placeName(place));
    }
    for (const { table } of raw?.tables() ?? []) table.markClean();
    dirty = false;
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
    if (!dirty && raw?.dirty !== true) return { changed: false, added: 0, removed: 0 };
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
      dirty = true;
    },

    async delete(key) {
      assertOpen('delete');
      const deleted = groups.delete(parseKey(key));
      if (deleted) dirty = true;
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
      const rules = composeRules([...groups.values()], owner);
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
      dirty = true;
      return enqueue(() => write(callOptions));
    },

    close,
    [Symbol.asyncDispose]: close,
  };
}

interface CountedRule {
  key: string | undefined;
  packets: bigint;
  bytes: bigint;
}

/** The kernel's rules of our chains stand in our order, so each is told from the others by its place. */
function countRules(
  saved: SavedTable,
  { family, table }: Place,
  rules: readonly GroupRule[],
  owner: string,
): CountedRule[] {
  const here = rules.filter((rule) => rule.family === family && rule.table === table);
  return [...new Set(here.map(({ chain }) => chain))].flatMap((chain) => {
    const present = saved.chains.get(`${owner}-${chain}`)?.rules ?? [];
    return here
      .filter((rule) => rule.chain === chain)
      .flatMap(({ key, text }, index) => {
        const rule = present[index];
        if (rule?.text !== text) return [];
        return [{ key, packets: rule.counters?.packets ?? 0n, bytes: rule.counters?.bytes ?? 0n }];
      });
  });
}

function statusOf(key: Key, counted: readonly CountedRule[]): GroupStatus {
  const own = counted.filter((rule) => rule.key === key);
  return {
    key,
    rules: own.length,
    packets: own.reduce((total, { packets }) => total + packets, 0n),
    bytes: own.reduce((total, { bytes }) => total + bytes, 0n),
  };
}

async function readUnlessMissing(
  kernel: KernelRules,
  { family, table }: Place,
  mayMiss: boolean,
  options?: OperationOptions,
): Promise<SavedTable | undefined> {
  try {
    return await kernel.read(family, table, options);
  } catch (error) {
    if (mayMiss && isMissing(error)) return undefined;
    throw error;
  }
}

/** Gives the families that were written before one failed what they had. */
async function putBack(
  kernel: KernelRules,
  changes: readonly { place: Place; saved: SavedTable; wanted: WantedTable }[],
  cause: unknown,
): Promise<void> {
  for (const { place, saved, wanted } of changes) {
    try {
      const now = await kernel.read(place.family, place.table);
      await kernel.write(place.family, [planTable(now, restorePoint(saved, wanted))]);
    } catch {
      throw new PartialError({
        operation: 'apply',
        object: 'the firewall',
        detail: cause instanceof Error ? cause.message : String(cause),
        left: [`the ${place.family} ${place.table} table has the new rules`],
        hint: 'call reconcile() when the cause is mended',
        cause,
      });
    }
  }
}

function placeName({ family, table }: Place): string {
  return `${family} ${table}`;
}
