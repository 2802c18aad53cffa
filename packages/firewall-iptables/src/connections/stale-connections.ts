import type { Intent, OperationOptions } from 'netdev-core';
import type { Runner } from 'netdev-exec';
import { type ConnectionFilter, connectionsOf, filterWords } from './connection-filter.js';
import { createGroupConnections } from './group-connections.js';

const DEADLINE_MS = 30_000;

/** `conntrack -D` exits with 1 when there was nothing to delete (conntrack(8), DIAGNOSTICS). */
const NOTHING_DELETED = 1;

/** Connections that live on by rules that are no more, until they are ended. */
export interface StaleConnections {
  /** Whether there are any to be ended. */
  readonly any: boolean;
  /**
   * Notes what goes when groups change.
   *
   * @param before the intents that each of them had
   * @param now the intents that a group has
   */
  note(before: ReadonlyMap<string, readonly Intent[]>, now: (key: string) => readonly Intent[]): void;
  /** Ends what was noted. What could not be ended stays noted. @throws MissingToolError, PermissionError */
  end(options?: OperationOptions): Promise<void>;
}

/** Where connections live on. */
export const keptConnections: StaleConnections = { any: false, note: () => {}, end: async () => {} };

/** @throws MissingToolError when there is no conntrack(8) */
export async function createStaleConnections(runner: Runner): Promise<StaleConnections> {
  await runner.run(['conntrack', '--version'], { privileged: false });
  const noted = new Map<string, ConnectionFilter>();
  const ofGroups = createGroupConnections();
  return {
    get any() {
      return noted.size > 0 || ofGroups.any;
    },
    note(changed, now) {
      const before = [...changed.values()].flat();
      const after = [...changed.keys()].flatMap(now);
      for (const filter of before.flatMap(connectionsOf)) noted.set(nameOf(filter), filter);
      for (const filter of after.flatMap(connectionsOf)) noted.delete(nameOf(filter));
      ofGroups.note(before, after);
    },
    async end({ signal } = {}) {
      const options = { signal, timeoutMs: DEADLINE_MS };
      const end = async (words: readonly string[]): Promise<void> => {
        await runner.run(['conntrack', '-D', ...words], { ...options, accept: [0, NOTHING_DELETED] });
      };
      for (const [name, filter] of noted) {
        await end(filterWords(filter));
        noted.delete(name);
      }
      if (!ofGroups.any) return;
      for (const words of await ofGroups.find(runner, options)) await end(words);
      ofGroups.forget();
    },
  };
}

function nameOf(filter: ConnectionFilter): string {
  return filterWords(filter).join(' ');
}
