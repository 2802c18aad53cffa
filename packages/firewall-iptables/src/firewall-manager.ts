import {
  type ApplyResult,
  ClosedError,
  createDeferral,
  createIntentGroups,
  type Intent,
  type IntentGroup,
  type IntentKind,
  intentKinds,
  nothingApplied,
  type OperationOptions,
} from 'netdev-core';
import { createHostLocks, createLockQueue, createMemoryLocks, createRunner } from 'netdev-exec';
import { createRuleBook, type PlacedGroup } from './book/rule-book.js';
import { createChangeWriter, type RawUse } from './change-writer.js';
import { createStaleConnections, keptConnections } from './connections/stale-connections.js';
import { findObstacles } from './diagnose/find-obstacles.js';
import { readHostFacts } from './diagnose/host-facts.js';
import { needsOf } from './diagnose/needs.js';
import { explainPacket } from './explain/explain.js';
import { gatherOurRules, type OurRules } from './explain/our-rules.js';
import { parseExplainOptions, parsePacket } from './explain/parse-packet.js';
import { countRules, type GroupSlice, statusOfGroups } from './group-status.js';
import { dropRules, parseDropLogging } from './intents/drop-logging.js';
import { parseMarkBit } from './intents/mark-bit.js';
import { createNameClaims } from './intents/name-claims.js';
import { privateChain } from './intents/names.js';
import { pageMark } from './intents/page-names.js';
import { renderGroup } from './intents/render-group.js';
import { IptablesManager } from './iptables/manager.js';
import { parseOwner } from './iptables/rule-text.js';
import { createKeptRuleState } from './kept-faults/kept-rule-state.js';
import type { IptablesFirewall, IptablesFirewallOptions } from './options.js';
import { createPlaces } from './places.js';
import { createRuleState } from './rule-state.js';
import { toShellCommands } from './ruleset/render.js';
import { emptyTable } from './ruleset/saved-table.js';
import { createKernelSets, createMemorySets } from './sets/kernel-sets.js';
import { createSetBook } from './sets/set-book.js';
import { createSetState } from './sets/set-state.js';
import { setShellCommands } from './sets/set-text.js';
import { families, toolsOf } from './tools/family.js';
import { createKernelRules } from './tools/kernel-rules.js';
import { createMemoryRules } from './tools/memory-rules.js';

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

  const groups = createIntentGroups<IntentGroup & PlacedGroup>();
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
  const raw: RawUse = {
    tables:
      options.tables ?? new IptablesManager({ owner, shared: options.sharedChains, ipv6: options.rawIpv6 }),
    inUse: options.tables !== undefined,
  };
  const rules = createRuleState(kernel);
  const usualLook = options.tables === undefined ? 'known' : 'fresh';
  const writer = createChangeWriter({
    book,
    setBook,
    raw,
    places: createPlaces(raw.tables, { onlyUsed: options.tables !== undefined }),
    state: raw.tables.faults === 'keep' ? createKeptRuleState(kernel) : rules,
    patcher: rules,
    setState,
    locks,
    tell({ changes, sets }) {
      if (options.onCommands === undefined) return;
      if (sets.before.length > 0) options.onCommands(setShellCommands(sets.before));
      for (const { family, plans } of changes) {
        const commands = toShellCommands(plans, toolsOf(family, variant).command);
        if (commands.length > 0) options.onCommands(commands);
      }
      if (sets.after.length > 0) options.onCommands(setShellCommands(sets.after));
    },
  });
  const stale = options.connections === 'end' ? await createStaleConnections(runner) : keptConnections;
  /** The groups that were put or deleted since the last change was begun, with what they were before. */
  let dirty = new Map<string, readonly Intent[]>();
  /** The rules of the groups as they are, once `explain` has gathered them. */
  let ours: OurRules | undefined;
  let nextPlace = 1;
  let closed = false;
  /** Changes are made one at a time. */
  const turns = createLockQueue();

  const assertOpen = (operation: string): void => {
    if (closed) throw new ClosedError({ operation, object: 'firewall-iptables' });
  };

  const isDirty = (): boolean =>
    !writer.inStep || dirty.size > 0 || stale.any || (raw.inUse && raw.tables.dirty);

  /** Takes note of what a group became. */
  const note = (key: string, before: IntentGroup | undefined, now: PlacedGroup | undefined): void => {
    ours = undefined;
    if (!dirty.has(key)) dirty.set(key, before?.intents ?? []);
    writer.foresee(key, now);
  };

  const write = async (look: 'known' | 'fresh', callOptions?: OperationOptions): Promise<ApplyResult> => {
    stale.note(dirty, (key) => groups.byKey.get(key)?.intents ?? []);
    const changed = [...dirty.keys()].map((key) => [key, groups.byKey.get(key)] as const);
    dirty = new Map();
    const result = await writer.write(changed, look, callOptions);
    await stale.end(callOptions);
    return result;
  };

  const enqueue = (work: () => Promise<ApplyResult>) => turns.inTurn('apply', work);

  const writeFresh = (callOptions?: OperationOptions): Promise<ApplyResult> =>
    enqueue(() => write('fresh', callOptions));

  const deferral = createDeferral((callOptions) =>
    enqueue(async () => (isDirty() ? write(usualLook, callOptions) : nothingApplied)),
  );

  const gather = (): OurRules =>
    gatherOurRules({
      ...{ owner, standing },
      groups: [...groups.byKey.values()],
      raw: raw.inUse ? raw.tables : undefined,
    });

  const close = async (): Promise<void> => {
    closed = true;
    await turns.idle();
  };

  return {
    name: 'firewall-iptables',
    capabilities: new Set<IntentKind>(intentKinds),

    get iptables() {
      raw.inUse = true;
      return raw.tables;
    },

    async put(group) {
      assertOpen('put');
      const put = groups.put(group, (parsed, before) => {
        names.put(parsed);
        return {
          ...parsed,
          place: before?.place ?? nextPlace++,
          mark: before === undefined ? pageMark(parsed.key) : before.mark,
          rendered: renderGroup(parsed, owner, { markBit, tellsOfDrops: logDrops !== undefined }),
        };
      });
      if (put !== undefined) note(put.group.key, put.before, put.group);
    },

    async delete(key) {
      assertOpen('delete');
      const gone = groups.delete(key);
      if (gone === undefined) return false;
      names.delete(gone.key);
      note(gone.key, gone, undefined);
      return true;
    },

    list: async () => groups.list(),

    async apply(callOptions) {
      assertOpen('apply');
      return deferral.apply(callOptions);
    },

    async defer(work, callOptions) {
      assertOpen('defer');
      return deferral.defer(work, callOptions);
    },

    async reconcile(callOptions) {
      assertOpen('reconcile');
      return writeFresh(callOptions);
    },

    async diagnose(callOptions) {
      assertOpen('diagnose');
      if (runner.dryRun) return [];
      const needs = needsOf([...groups.byKey.values()].flatMap(({ intents }) => intents));
      const facts = await readHostFacts({ runner, kernel, variant }, needs, callOptions);
      const found = findObstacles(needs, facts, owner);
      return isDirty() ? found : [...found, ...(await writer.findDrift(callOptions))];
    },

    async status(callOptions) {
      assertOpen('read status of');
      const slices = slicesByPlace(groups.byKey.values());
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
      return statusOfGroups(groups.byKey.keys(), counted.flat());
    },

    async explain(packet, explainOptions = {}) {
      assertOpen('explain');
      const asked = parsePacket(packet);
      // Raw rules change without a word.
      const rules = (raw.inUse ? undefined : ours) ?? gather();
      if (!raw.inUse) ours = rules;
      return explainPacket(asked, { ...parseExplainOptions(explainOptions), rules });
    },

    async clear(callOptions) {
      assertOpen('clear');
      for (const group of groups.byKey.values()) note(group.key, group, undefined);
      groups.clear();
      names.clear();
      raw.tables.reset();
      raw.inUse = false;
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
