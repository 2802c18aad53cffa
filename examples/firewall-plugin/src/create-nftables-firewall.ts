import {
  AbortedError,
  type ApplyResult,
  ClosedError,
  createGuestPorts,
  type FirewallManager,
  type GroupStatus,
  type IntentGroup,
  type Key,
  type OperationOptions,
  parseIntentGroup,
  parseKey,
} from 'netdev-core';
import { createLockQueue, createRunner } from 'netdev-exec';
import { createBook, type Touched } from './book.js';
import { frameChains } from './frame.js';
import { renderIntent } from './intents/render-intent.js';
import { createNft } from './nft.js';
import { type NftablesFirewallOptions, parseMark, parseOwner } from './options.js';
import { createRuleset } from './ruleset.js';
import { checkSupport, findCapabilities } from './support.js';

const nothing: ApplyResult = { changed: false, added: 0, removed: 0 };

/**
 * A firewall on nftables, in two tables of its own (families inet and bridge) named `netdev-OWNER`.
 *
 * `apply` writes the difference to what it knows the kernel to have, in one transaction. Intents are elements of sets and
 * verdict maps, so a change costs the same however many there are.
 *
 * @throws InvalidArgumentError naming `owner` or `mark`; MissingToolError, PermissionError of nft(8)
 */
export async function createNftablesFirewall(
  options: NftablesFirewallOptions = {},
): Promise<FirewallManager> {
  const tableName = `netdev-${parseOwner(options.owner)}`;
  const base = options.runner ?? createRunner();
  const runner = options.namespace === undefined ? base : base.inNamespace(options.namespace);
  const book = createBook(frameChains(parseMark(options.mark)));
  const nft = createNft(runner, tableName);
  const ruleset = createRuleset(nft, book, tableName);
  const capabilities = await findCapabilities(nft);

  const groups = new Map<string, IntentGroup & { place: number }>();
  const ports = createGuestPorts();
  /** Changes are made one at a time. */
  const turns = createLockQueue();
  /** What could not be written is tried again with the next change. */
  let isBehind = false;
  let isDirty = false;
  let nextPlace = 1;
  let closed = false;
  let deferring = 0;
  let askedFor = false;

  const begin = (operation: string, { signal }: OperationOptions = {}): void => {
    if (closed) throw new ClosedError({ operation, object: 'firewall-nftables' });
    if (signal?.aborted === true) throw new AbortedError({ operation, cause: signal.reason });
  };

  const write = async (look: 'known' | 'fresh', callOptions?: OperationOptions): Promise<ApplyResult> => {
    const touched: Touched = book.takeTouched();
    isDirty = false;
    try {
      const result = await ruleset.write(touched, isBehind ? 'fresh' : look, callOptions);
      isBehind = false;
      return result;
    } catch (error) {
      isBehind = true;
      throw error;
    }
  };

  const enqueue = (work: () => Promise<ApplyResult>): Promise<ApplyResult> => turns.inTurn('write', work);

  const apply = async (callOptions?: OperationOptions): Promise<ApplyResult> => {
    begin('apply', callOptions);
    if (deferring > 0) {
      askedFor = true;
      return nothing;
    }
    return enqueue(async () =>
      isDirty || isBehind || !ruleset.isKnown ? write('known', callOptions) : nothing,
    );
  };

  const close = async (): Promise<void> => {
    closed = true;
    await turns.idle();
  };

  return {
    name: 'firewall-nftables',
    capabilities,

    async put(group) {
      begin('put');
      const parsed = parseIntentGroup(group);
      checkSupport(parsed, capabilities);
      const present = groups.get(parsed.key);
      if (present !== undefined && JSON.stringify(present.intents) === JSON.stringify(parsed.intents)) return;
      ports.put(parsed);
      const place = present?.place ?? nextPlace++;
      groups.set(parsed.key, { ...parsed, place });
      book.put(parsed.key, place, parsed.intents.flatMap(renderIntent));
      isDirty = true;
    },

    async delete(key) {
      begin('delete');
      const parsed = parseKey(key);
      if (!groups.delete(parsed)) return false;
      ports.delete(parsed);
      book.delete(parsed);
      isDirty = true;
      return true;
    },

    async list() {
      return structuredClone(sorted(groups.values()).map(({ key, intents }) => ({ key, intents })));
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
      if (groups.size === 0) return [];
      const tables = await ruleset.read(callOptions);
      return sorted(groups.values()).map(({ key }): GroupStatus => {
        const found = book
          .entriesOf(key)
          .flatMap(
            ({ lookup, element }) => tables.get(lookup.table)?.sets.get(lookup.name)?.get(element.key) ?? [],
          );
        return {
          key: key as Key,
          rules: found.length,
          packets: found.reduce((sum, { packets }) => sum + packets, 0n),
          bytes: found.reduce((sum, { bytes }) => sum + bytes, 0n),
        };
      });
    },

    async clear(callOptions) {
      begin('clear', callOptions);
      for (const key of groups.keys()) book.delete(key);
      groups.clear();
      ports.clear();
      return enqueue(() => write('fresh', callOptions));
    },

    close,
    [Symbol.asyncDispose]: close,
  };
}

function sorted<Group extends IntentGroup>(groups: Iterable<Group>): Group[] {
  return [...groups].sort((one, other) => (one.key < other.key ? -1 : 1));
}
