import {
  AbortedError,
  type ApplyResult,
  ClosedError,
  createDeferral,
  createIntentGroups,
  type FirewallManager,
  type GroupStatus,
  type IntentGroup,
  type Key,
  nothingApplied,
  type OperationOptions,
} from 'netdev-core';
import { createLockQueue, createRunner } from 'netdev-exec';
import { createBook, type Touched } from './book.js';
import { frameChains } from './frame.js';
import { renderIntent } from './intents/render-intent.js';
import { createNft } from './nft.js';
import { type NftablesFirewallOptions, parseMark, parseOwner } from './options.js';
import { createRuleset } from './ruleset.js';
import { checkSupport, findCapabilities } from './support.js';

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

  const groups = createIntentGroups<IntentGroup & { place: number }>();
  /** Changes are made one at a time. */
  const turns = createLockQueue();
  /** What could not be written is tried again with the next change. */
  let isBehind = false;
  let isDirty = false;
  let nextPlace = 1;
  let closed = false;

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

  const deferral = createDeferral((callOptions) =>
    enqueue(async () =>
      isDirty || isBehind || !ruleset.isKnown ? write('known', callOptions) : nothingApplied,
    ),
  );

  const close = async (): Promise<void> => {
    closed = true;
    await turns.idle();
  };

  return {
    name: 'firewall-nftables',
    capabilities,

    async put(group) {
      begin('put');
      const put = groups.put(group, (parsed, before) => {
        checkSupport(parsed, capabilities);
        return { ...parsed, place: before?.place ?? nextPlace++ };
      });
      if (put === undefined) return;
      const { key, place, intents } = put.group;
      book.put(key, place, intents.flatMap(renderIntent));
      isDirty = true;
    },

    async delete(key) {
      begin('delete');
      const gone = groups.delete(key);
      if (gone === undefined) return false;
      book.delete(gone.key);
      isDirty = true;
      return true;
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
      if (groups.byKey.size === 0) return [];
      const tables = await ruleset.read(callOptions);
      return groups.sorted().map(({ key }): GroupStatus => {
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
      for (const key of groups.byKey.keys()) book.delete(key);
      groups.clear();
      return enqueue(() => write('fresh', callOptions));
    },

    close,
    [Symbol.asyncDispose]: close,
  };
}
