import {
  AbortedError,
  type ApplyResult,
  ClosedError,
  createDeferral,
  createIntentGroups,
  type GroupStatus,
  type Intent,
  type IntentGroup,
  type Key,
  nothingApplied,
  type OperationOptions,
} from 'netdev-core';
import { createHostFiles, createLockQueue, createRunner } from 'netdev-exec';
import { createAnchorState } from './anchor-state.js';
import type { AnchorText } from './anchor-text.js';
import { labelOf, parseOwner, rootAnchor } from './names.js';
import type { PfFirewall, PfFirewallOptions } from './options.js';
import { createPfctl, type RuleKind } from './pfctl.js';
import { capabilitiesOf, checkSupport } from './render/check-support.js';
import { setupHost } from './setup/setup.js';
import { statesOf } from './stale-states.js';

/**
 * A firewall on pf of FreeBSD 13 and 14, through pfctl(8).
 *
 * Each group is an anchor below the owner's, `netdev/…`, of which pf takes the whole text or nothing. `apply` loads the
 * anchors that are to hold something else than before; what somebody else did to them meanwhile is found and mended by
 * `reconcile`. They do nothing until the main ruleset calls them: see `setup`.
 *
 * @throws InvalidArgumentError naming `owner`; MissingToolError, PermissionError, CommandError of pfctl
 */
export async function createPfFirewall(options: PfFirewallOptions = {}): Promise<PfFirewall> {
  const owner = parseOwner(options.owner ?? 'netdev');
  const root = rootAnchor(owner);
  const base = options.runner ?? createRunner();
  const runner = options.namespace === undefined ? base : base.inNamespace(options.namespace);
  const pfctl = createPfctl(runner);
  const ether = options.version === undefined ? await pfctl.takesEtherRules() : options.version >= 14;
  const files = options.files ?? createHostFiles();
  const endsStates = options.connections === 'end';

  const groups = createIntentGroups();
  const state = createAnchorState(pfctl, { owner, root, ether });
  const turns = createLockQueue();
  /** The groups that were put or deleted since the last change was begun, with what they were before. */
  let dirty = new Map<string, readonly Intent[]>();
  let closed = false;

  const begin = (operation: string, callOptions?: OperationOptions): void => {
    if (closed) throw new ClosedError({ operation, object: 'firewall-pf' });
    if (callOptions?.signal?.aborted) throw new AbortedError({ operation, cause: callOptions.signal.reason });
  };
  const touch = (key: string, before: IntentGroup | undefined): void => {
    if (!dirty.has(key)) dirty.set(key, before?.intents ?? []);
  };

  const write = async (look: 'known' | 'fresh', callOptions?: OperationOptions): Promise<ApplyResult> => {
    const changes = dirty;
    dirty = new Map();
    try {
      const result = await state.write(groups.byKey, new Set(changes.keys()), look, callOptions);
      if (endsStates) await endStates(changes, callOptions);
      return result;
    } catch (error) {
      // What was put before that counts: the oldest.
      dirty = new Map([...dirty, ...changes]);
      throw error;
    }
  };

  const endStates = async (
    changes: ReadonlyMap<string, readonly Intent[]>,
    callOptions?: OperationOptions,
  ): Promise<void> => {
    for (const [key, before] of changes) {
      const after = new Set(groups.byKey.get(key)?.intents.map((intent) => JSON.stringify(intent)));
      const gone = before.filter((intent) => !after.has(JSON.stringify(intent)));
      for (const which of statesOf(gone, labelOf(owner, key))) await pfctl.kill(which, callOptions);
    }
  };

  const enqueue = <Result>(work: () => Promise<Result>): Promise<Result> => turns.inTurn('apply', work);

  const deferral = createDeferral((callOptions) =>
    enqueue(async () => (dirty.size > 0 || !state.hasLooked ? write('known', callOptions) : nothingApplied)),
  );

  const close = async (): Promise<void> => {
    closed = true;
    await turns.idle();
  };

  return {
    name: 'firewall-pf',
    capabilities: capabilitiesOf({ ether }),

    async put(group) {
      begin('put');
      const put = groups.put(group, (parsed) => {
        checkSupport(parsed, { ether });
        return parsed;
      });
      if (put !== undefined) touch(put.group.key, put.before);
    },

    async delete(key) {
      begin('delete');
      const gone = groups.delete(key);
      if (gone !== undefined) touch(gone.key, gone);
      return gone !== undefined;
    },

    list: async () => groups.list(),

    async apply(callOptions) {
      begin('apply', callOptions);
      return deferral.apply(callOptions);
    },

    async defer(work, callOptions) {
      begin('defer');
      return deferral.defer(work, callOptions);
    },

    async reconcile(callOptions) {
      begin('reconcile', callOptions);
      return enqueue(() => write('fresh', callOptions));
    },

    async status(callOptions) {
      begin('read status', callOptions);
      const found: GroupStatus[] = [];
      for (const { key } of groups.sorted()) {
        const status = { key: key as Key, rules: 0, packets: 0n, bytes: 0n };
        for (const [path, anchor] of state.anchorsOf(key)) {
          for (const kind of kindsOf(anchor)) {
            for (const { packets, bytes } of await pfctl.count(path, kind, callOptions)) {
              status.rules += 1;
              status.packets += packets;
              status.bytes += bytes;
            }
          }
        }
        found.push(status);
      }
      return found;
    },

    async clear(callOptions) {
      begin('clear', callOptions);
      for (const group of groups.byKey.values()) touch(group.key, group);
      groups.clear();
      return enqueue(() => write('fresh', callOptions));
    },

    async setup(setupOptions = {}) {
      begin('setup', setupOptions);
      const intents = [...groups.byKey.values()].flatMap((group) => group.intents);
      return setupHost({ pfctl, runner, files, owner, root, ether, intents }, setupOptions);
    },

    close,
    [Symbol.asyncDispose]: close,
  };
}

function kindsOf(anchor: AnchorText): RuleKind[] {
  return (['ether', 'translation', 'filter'] as const).filter((kind) => anchor[kind].length > 0);
}
