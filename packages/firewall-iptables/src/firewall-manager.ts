import {
  type ApplyResult,
  ClosedError,
  createGuestPorts,
  type FirewallManager,
  type FirewallOptions,
  type Intent,
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
import type { FamilyPatch } from './book/book-change.js';
import { createRuleBook, type PlacedGroup } from './book/rule-book.js';
import { createStaleConnections, keptConnections } from './connections/stale-connections.js';
import { findObstacles } from './diagnose/find-obstacles.js';
import type { Finding } from './diagnose/finding.js';
import { readHostFacts } from './diagnose/host-facts.js';
import { needsOf } from './diagnose/needs.js';
import { explainPacket } from './explain/explain.js';
import type { Explanation } from './explain/explanation.js';
import { gatherOurRules } from './explain/our-rules.js';
import type { ExplainOptions, Packet } from './explain/packet.js';
import { parseExplainOptions, parsePacket } from './explain/parse-packet.js';
import { countRules, type GroupSlice, statusOfGroups } from './group-status.js';
import { type DropLogging, dropRules, parseDropLogging } from './intents/drop-logging.js';
import { parseMarkBit } from './intents/mark-bit.js';
import { createNameClaims } from './intents/name-claims.js';
import { privateChain } from './intents/names.js';
import { renderGroup } from './intents/render-group.js';
import { IptablesManager, type RawTableOptions, type SharedChains } from './iptables/manager.js';
import { parseOwner } from './iptables/rule-text.js';
import { createKeptRuleState } from './kept-faults/kept-rule-state.js';
import { createPlaces } from './places.js';
import { createRuleState, type FamilyChange } from './rule-state.js';
import { toShellCommands } from './ruleset/render.js';
import { emptyTable } from './ruleset/saved-table.js';
import { createKernelSets, createMemorySets } from './sets/kernel-sets.js';
import { createSetBook } from './sets/set-book.js';
import { createSetState, type WriteWithSets } from './sets/set-state.js';
import { countMembers, type SetChange } from './sets/set-step.js';
import { setShellCommands } from './sets/set-text.js';
import { families, toolsOf, type Variant } from './tools/family.js';
import { createKernelRules, RefusedError } from './tools/kernel-rules.js';
import { createMemoryRules } from './tools/memory-rules.js';
import type { Wish } from './wish.js';
import { stageWishes } from './wishes.js';

/** What the iptables backend accepts beside the contract's options. */
export interface IptablesFirewallOptions extends FirewallOptions {
  /** Which implementation of iptables; left out: `auto`, the one that `iptables` is on this machine. */
  variant?: Variant | undefined;
  runner?: Runner | undefined;
  /**
   * The bit of a packet's mark (1 << 0 to 1 << 31) that the chains of guests and security groups use among themselves,
   * and leave at 0. Nobody else may need it. Left out: 0x1000000.
   */
  markBit?: number | undefined;
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
  /**
   * What becomes of connections whose intent goes. `keep`: they live on as long as they are used, since the kernel asks the
   * rules for the first packet of a connection only. `end`: `apply` ends them with conntrack(8), and no others; those of
   * forward policies, exceptions, ranges of ports and hosts that are not named live on. Left out: `keep`.
   */
  connections?: 'keep' | 'end' | undefined;
  /**
   * Tells of packets and frames that rules of ours drop before they are dropped, by NFLOG with the owner as its prefix, at
   * most so many a second. Left out: they are dropped in silence.
   */
  logDrops?: DropLogging | undefined;
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
  /**
   * Looks for what of the host stops what the groups ask for, or may: forwarding that is off, rules, policies and tables
   * of others, settings of the kernel, and rules of ours that somebody took away. Changes nothing. In a dry run it finds nothing.
   *
   * @throws MissingToolError, PermissionError
   */
  diagnose(options?: OperationOptions): Promise<Finding[]>;

  /**
   * Says which of our rules a packet meets, in order, and what they make of it: with the groups (and raw rules) as they
   * are now, as the next `apply` would write them. The host is not touched, so rules of others, the policies of chains
   * and routes are not considered; see {@link Explanation.notConsidered}.
   *
   * @throws InvalidArgumentError naming the field
   */
  explain(packet: Packet, options?: ExplainOptions): Promise<Explanation>;
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

  const groups = new Map<string, IntentGroup & PlacedGroup>();
  const ports = createGuestPorts();
  const names = createNameClaims((use, name) => privateChain(use, name, owner));
  const logDrops = parseDropLogging(options.logDrops);
  const standing = logDrops === undefined ? [] : dropRules(logDrops, owner);
  const book = createRuleBook(owner, standing);
  const setBook = createSetBook(owner);
  const markBit = parseMarkBit(options.markBit);
  const setState = createSetState(runner.dryRun ? createMemorySets() : createKernelSets(runner), setBook, {
    owner,
    onlyUsed: options.tables !== undefined,
  });
  const raw =
    options.tables ?? new IptablesManager({ owner, shared: options.sharedChains, ipv6: options.rawIpv6 });
  const mended = createRuleState(kernel);
  const state = raw.faults === 'keep' ? createKeptRuleState(kernel) : mended;
  const places = createPlaces(raw, { onlyUsed: options.tables !== undefined });
  const usualLook = options.tables === undefined ? 'known' : 'fresh';
  let rawInUse = options.tables !== undefined;
  const stale = options.connections === 'end' ? await createStaleConnections(runner) : keptConnections;
  /** The groups that were put or deleted since the last change was begun, with what they were before. */
  let dirty = new Map<string, readonly Intent[]>();
  let nextPlace = 1;
  /** Whether the kernel is known to have what the book has. */
  let inStep = false;
  let closed = false;
  let deferring = 0;
  let askedFor = false;
  /** Changes are made one at a time. */
  const turns = createLockQueue();

  const assertOpen = (operation: string): void => {
    if (closed) throw new ClosedError({ operation, object: 'firewall-iptables' });
  };

  const isDirty = (): boolean => !inStep || dirty.size > 0 || stale.any || (rawInUse && raw.dirty);

  const tell = (changes: readonly FamilyChange[], sets: SetChange): void => {
    if (options.onCommands === undefined) return;
    if (sets.before.length > 0) options.onCommands(setShellCommands(sets.before));
    for (const { family, plans } of changes) {
      const commands = toShellCommands(plans, toolsOf(family, variant).command);
      if (commands.length > 0) options.onCommands(commands);
    }
    if (sets.after.length > 0) options.onCommands(setShellCommands(sets.after));
  };

  const touch = (key: string, present: IntentGroup | undefined): void => {
    if (!dirty.has(key)) dirty.set(key, present?.intents ?? []);
  };

  const takeDirty = (): [string, PlacedGroup | undefined][] => {
    const taken = [...dirty.keys()].map((key) => ({ key, group: groups.get(key) }));
    stale.note(
      [...dirty.values()].flat(),
      taken.flatMap(({ group }) => group?.intents ?? []),
    );
    dirty = new Map();
    return taken.map(({ key, group }) => [key, group]);
  };

  const allWishes = (): Wish[] => stageWishes({ book, raw, rawInUse, places: places.of(book.places()) });

  const writeAll = async (
    look: 'known' | 'fresh',
    callOptions?: OperationOptions,
  ): Promise<WriteWithSets> => {
    const sets = await setState.plan(callOptions);
    return setState.around(sets, () => state.write(allWishes(), look, callOptions), callOptions);
  };

  /** What somebody else changed meanwhile shows in that the kernel refuses: then all is looked at. */
  const writePatches = async (
    patches: readonly FamilyPatch[],
    sets: SetChange,
    callOptions?: OperationOptions,
  ): Promise<WriteWithSets> => {
    try {
      return await setState.around(sets, () => mended.patch(patches, callOptions), callOptions);
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      return writeAll('fresh', callOptions);
    }
  };

  /** Until a change is through, nobody knows what the kernel has. */
  const locked = async (
    work: () => Promise<WriteWithSets>,
    callOptions?: OperationOptions,
  ): Promise<ApplyResult> => {
    inStep = false;
    const { changes, sets, ...result } = await locks.hold(LOCK, work, callOptions);
    inStep = true;
    tell(changes, sets);
    await stale.end(callOptions);
    return result;
  };

  const write = async (look: 'known' | 'fresh', callOptions?: OperationOptions): Promise<ApplyResult> => {
    const taken = takeDirty();
    if (inStep && look === 'known' && !rawInUse) {
      const { reframed, patches } = book.change(taken);
      const sets = setBook.change(taken);
      if (!reframed)
        return patches.length + sets.before.length + sets.after.length === 0
          ? unchanged
          : locked(() => writePatches(patches, sets, callOptions), callOptions);
    } else {
      for (const [key, group] of taken) {
        book.put(key, group);
        setBook.put(key, group);
      }
    }
    return locked(() => writeAll(look, callOptions), callOptions);
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

  const findDrift = async (callOptions?: OperationOptions): Promise<Finding[]> => {
    const rules = await mended.compare(allWishes(), callOptions);
    const members = countMembers(await setState.plan(callOptions));
    const [added, removed] = [rules.added + members.added, rules.removed + members.removed];
    if (added + removed === 0) return [];
    return [
      {
        code: 'not-as-applied',
        stops: 'certainly',
        detail: `somebody changed our rules: ${added} are missing, ${removed} are too many`,
        fix: 'reconcile()',
      },
    ];
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
      const present = groups.get(parsed.key);
      if (present !== undefined && JSON.stringify(present.intents) === JSON.stringify(parsed.intents)) return;
      ports.put(parsed);
      try {
        names.put(parsed);
      } catch (error) {
        ports.put(present ?? { key: parsed.key, intents: [] });
        throw error;
      }
      const place = present?.place ?? nextPlace++;
      groups.set(parsed.key, {
        ...parsed,
        place,
        rendered: renderGroup(parsed, owner, { markBit, tellsOfDrops: logDrops !== undefined }),
      });
      touch(parsed.key, present);
    },

    async delete(key) {
      assertOpen('delete');
      const parsed = parseKey(key);
      const present = groups.get(parsed);
      if (present !== undefined) touch(parsed, present);
      ports.delete(parsed);
      names.delete(parsed);
      return groups.delete(parsed);
    },

    async list() {
      return [...groups.values()]
        .map(({ key, intents }) => ({ key, intents }))
        .sort((one, other) => (one.key < other.key ? -1 : 1));
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

    async diagnose(callOptions) {
      assertOpen('diagnose');
      if (runner.dryRun) return [];
      const needs = needsOf([...groups.values()].flatMap(({ intents }) => intents));
      const facts = await readHostFacts({ runner, kernel, variant }, needs, callOptions);
      const found = findObstacles(needs, facts, owner);
      return isDirty() ? found : [...found, ...(await findDrift(callOptions))];
    },

    async status(callOptions) {
      assertOpen('read status of');
      const slices = slicesByPlace(groups.values());
      const counted = await Promise.all(
        families.map(async (family) => {
          const tables = [...slices.keys()].filter((place) => place.startsWith(`${family} `));
          const names = tables.map((place) => place.slice(family.length + 1));
          if (names.length === 0) return [];
          const saved = await kernel.read(family, names, callOptions);
          return names.flatMap((table) =>
            countRules(saved.get(table) ?? emptyTable, slices.get(`${family} ${table}`) ?? [], owner),
          );
        }),
      );
      return statusOfGroups(groups.keys(), counted.flat());
    },

    async explain(packet, explainOptions = {}) {
      assertOpen('explain');
      const asked = parsePacket(packet);
      const rules = gatherOurRules({
        owner,
        groups: [...groups.values()],
        standing,
        raw: rawInUse ? raw : undefined,
      });
      return explainPacket(asked, { ...parseExplainOptions(explainOptions), rules });
    },

    async clear(callOptions) {
      assertOpen('clear');
      for (const [key, group] of groups) touch(key, group);
      groups.clear();
      ports.clear();
      names.clear();
      raw.reset();
      rawInUse = false;
      return writeFresh(callOptions);
    },

    close,
    [Symbol.asyncDispose]: close,
  };
}

/** The rules of all groups by table: `ipv4 filter`. */
function slicesByPlace(groups: Iterable<IntentGroup & PlacedGroup>): Map<string, GroupSlice[]> {
  const places = new Map<string, GroupSlice[]>();
  for (const { key, rendered } of groups) {
    for (const slice of rendered.slices) {
      const place = `${slice.family} ${slice.table}`;
      const list = places.get(place) ?? [];
      list.push({ ...slice, key });
      places.set(place, list);
    }
  }
  return places;
}
