import { parseKey } from '../values/index.js';
import { createGuestPorts } from './guest-ports.js';
import type { IntentGroup } from './manager.js';
import { parseIntentGroup } from './parse-intent.js';

/** What became of a group. */
export interface GroupPut<Held extends IntentGroup> {
  group: Held;
  /** What was in its place. */
  before: Held | undefined;
}

/** For backends: the groups that a firewall manager has in memory, parsed, each with what the backend keeps of it. */
export interface IntentGroups<Held extends IntentGroup> {
  /** In the order in which the keys came. */
  readonly byKey: ReadonlyMap<string, Held>;
  /**
   * Takes a group, in the place of the one with its key.
   *
   * @param hold makes of the parsed group what is kept. It is asked when all else is right, and may refuse by an error
   * @returns `undefined` when the very same is there already
   * @throws InvalidArgumentError naming the field, also for a port of another guest; and what `hold` throws. Then nothing
   *   has changed
   */
  put(
    group: unknown,
    hold: (parsed: IntentGroup, before: Held | undefined) => Held,
  ): GroupPut<Held> | undefined;
  /** Takes a group out; `undefined` when there was none. @throws InvalidArgumentError for what is no key */
  delete(key: unknown): Held | undefined;
  clear(): void;
  /** By key in sorted order. */
  sorted(): Held[];
  /** The same as they were put, as copies. */
  list(): IntentGroup[];
}

/** Makes an empty one. */
export function createIntentGroups<Held extends IntentGroup = IntentGroup>(): IntentGroups<Held> {
  const byKey = new Map<string, Held>();
  const ports = createGuestPorts();
  const sorted = (): Held[] => [...byKey.values()].sort((one, other) => (one.key < other.key ? -1 : 1));

  return {
    byKey,

    put(given, hold) {
      const parsed = parseIntentGroup(given);
      const { key, intents } = parsed;
      const before = byKey.get(key);
      if (before !== undefined && JSON.stringify(before.intents) === JSON.stringify(intents))
        return undefined;
      ports.put(parsed);
      try {
        const group = hold(parsed, before);
        byKey.set(key, group);
        return { group, before };
      } catch (error) {
        ports.put(before ?? { key, intents: [] });
        throw error;
      }
    },

    delete(given) {
      const key = parseKey(given);
      const present = byKey.get(key);
      byKey.delete(key);
      ports.delete(key);
      return present;
    },

    clear() {
      byKey.clear();
      ports.clear();
    },

    sorted,
    list: () => structuredClone(sorted().map(({ key, intents }) => ({ key, intents }))),
  };
}
