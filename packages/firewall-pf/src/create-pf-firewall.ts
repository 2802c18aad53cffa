import {
  AbortedError,
  type ApplyResult,
  ClosedError,
  createGuestPorts,
  type GroupStatus,
  type Intent,
  type IntentGroup,
  type Key,
  type OperationOptions,
  parseIntentGroup,
  parseKey,
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

const nothing: ApplyResult = { changed: false, added: 0, removed: 0 };

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

  const groups = new Map<string, IntentGroup>();
  const ports = createGuestPorts();
  const state = createAnchorState(pfctl, { owner, root, ether });
  const turns = createLockQueue();
  /** The groups that were put or deleted since the last change was begun, with what they were before. */
  let dirty = new Map<string, readonly Intent[]>();
  let closed = false;
  let deferring = 0;
  let askedFor = false;

  const begin = (operation: string, callOptions?: OperationOptions): void => {
    if (closed) throw new ClosedError({ operation, object: 'firewall-pf' });
    if (callOptions?.signal?.aborted) throw new AbortedError({ operation, cause: callOptions.signal.reason });
  };
  const touch = (key: string): void => {
    if (!dirty.has(key)) dirty.set(key, groups.get(key)?.intents ?? []);
  };

  const write = async (look: 'known' | 'fresh', callOptions?: OperationOptions): Promise<ApplyResult> => {
    const changes = dirty;
    dirty = new Map();
    try {
      const result = await state.write(groups, new Set(changes.keys()), look, callOptions);
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
      const after = new Set(groups.get(key)?.intents.map((intent) => JSON.stringify(intent)));
      const gone = before.filter((intent) => !after.has(JSON.stringify(intent)));
      for (const which of statesOf(gone, labelOf(owner, key))) await pfctl.kill(which, callOptions);
    }
  };

  const enqueue = <Result>(work: () => Promise<Result>): Promise<Result> => turns.inTurn('apply', work);

  const apply = async (callOptions?: OperationOptions): Promise<ApplyResult> => {
    begin('apply', callOptions);
    if (deferring === 0)
      return enqueue(async () =>
        dirty.size > 0 || !state.hasLooked ? write('known', callOptions) : nothing,
      );
    askedFor = true;
    return nothing;
  };

  const close = async (): Promise<void> => {
    closed = true;
    await turns.idle();
  };

  return {
    name: 'firewall-pf',
    capabilities: capabilitiesOf({ ether }),

    async put(group) {
      begin('put');
      const parsed = parseIntentGroup(group);
      checkSupport(parsed, { ether });
      const present = groups.get(parsed.key);
      if (present !== undefined && JSON.stringify(present.intents) === JSON.stringify(parsed.intents)) return;
      ports.put(parsed);
      touch(parsed.key);
      groups.set(parsed.key, parsed);
    },

    async delete(key) {
      begin('delete');
      const parsed = parseKey(key);
      if (!groups.has(parsed)) return false;
      touch(parsed);
      ports.delete(parsed);
      return groups.delete(parsed);
    },

    async list() {
      return structuredClone(sorted(groups.values()));
    },

    apply,

    async defer(work, callOptions) {
      begin('defer');
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
      begin('reconcile', callOptions);
      return enqueue(() => write('fresh', callOptions));
    },

    async status(callOptions) {
      begin('read status', callOptions);
      const found: GroupStatus[] = [];
      for (const { key } of sorted(groups.values())) {
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
      for (const key of groups.keys()) touch(key);
      groups.clear();
      ports.clear();
      return enqueue(() => write('fresh', callOptions));
    },

    async setup(setupOptions = {}) {
      begin('setup', setupOptions);
      const intents = [...groups.values()].flatMap((group) => group.intents);
      return setupHost({ pfctl, runner, files, owner, root, ether, intents }, setupOptions);
    },

    close,
    [Symbol.asyncDispose]: close,
  };
}

function sorted(groups: Iterable<IntentGroup>): IntentGroup[] {
  return [...groups].sort((one, other) => (one.key < other.key ? -1 : 1));
}

function kindsOf(anchor: AnchorText): RuleKind[] {
  return (['ether', 'translation', 'filter'] as const).filter((kind) => anchor[kind].length > 0);
}
