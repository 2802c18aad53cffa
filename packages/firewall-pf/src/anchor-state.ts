import {
  AbortedError,
  type ApplyResult,
  type IntentGroup,
  type OperationOptions,
  PartialError,
} from 'netdev-core';
import type { AnchorText } from './anchor-text.js';
import { isAsLoaded, readAnchors } from './host-anchors.js';
import { membersIn } from './members.js';
import { childPart, readChildName } from './names.js';
import type { Pfctl } from './pfctl.js';
import { assignPlaces } from './places.js';
import { planChange } from './plan.js';
import type { MembersOf } from './render/security-group.js';
import { runSteps } from './run-plan.js';
import { anchorsOf, namesMembers } from './wanted.js';

/** What the owner's anchors hold, and the way to what they are to hold. */
export interface AnchorState {
  /** Whether the anchors of an earlier run are known. */
  readonly hasLooked: boolean;
  /** Brings the anchors to what the groups say; `fresh` reads all of them first. */
  write(
    groups: ReadonlyMap<string, IntentGroup>,
    changed: ReadonlySet<string>,
    look: 'known' | 'fresh',
    options?: OperationOptions,
  ): Promise<ApplyResult>;
  /** The anchors of a group that were loaded. */
  anchorsOf(key: string): ReadonlyMap<string, AnchorText>;
}

export function createAnchorState(
  pfctl: Pfctl,
  { owner, root, ether }: { owner: string; root: string; ether: boolean },
): AnchorState {
  /** By their paths. */
  let held = new Map<string, AnchorText>();
  const ofGroups = new Map<string, Map<string, AnchorText>>();
  let places = new Map<string, number>();
  let nextPlace = 0;
  let looked = false;

  const look = async (
    groups: ReadonlyMap<string, IntentGroup>,
    options?: OperationOptions,
  ): Promise<void> => {
    held = await readAnchors(pfctl, { root, owner, ether }, options);
    if (!looked) {
      const placed = new Map<string, number>();
      for (const path of held.keys()) {
        const child = readChildName(path.slice(root.length + 1));
        if (child !== undefined) placed.set(child.part, child.place);
      }
      places = assignPlaces([...groups.keys()], (key) => placed.get(childPart(key)));
      for (const place of places.values()) nextPlace = Math.max(nextPlace, place + 1);
    }
    looked = true;
  };

  /** What the anchors of some groups are to hold; nothing, where they were and are no more. */
  const wanted = (
    groups: ReadonlyMap<string, IntentGroup>,
    keys: Iterable<string>,
  ): Map<string, AnchorText | undefined> => {
    const membersOf = lazily(() => membersIn(groups.values()));
    const after = new Map<string, AnchorText | undefined>();
    const ofKeys = new Map<string, Map<string, AnchorText>>();
    for (const key of keys) {
      for (const path of ofGroups.get(key)?.keys() ?? []) after.set(path, undefined);
      const group = groups.get(key);
      if (group === undefined) continue;
      const place = places.get(key) ?? nextPlace;
      nextPlace = Math.max(nextPlace, place + 1);
      places.set(key, place);
      ofKeys.set(key, anchorsOf(group, place, { owner, membersOf }));
    }
    for (const anchors of ofKeys.values()) for (const [path, text] of anchors) after.set(path, text);
    return after;
  };

  return {
    get hasLooked() {
      return looked;
    },

    anchorsOf: (key) => ofGroups.get(key) ?? new Map(),

    async write(groups, changed, how, options) {
      const isFresh = how === 'fresh' || !looked;
      if (isFresh) await look(groups, options);
      for (const key of changed) if (!groups.has(key)) places.delete(key);
      const keys = isFresh
        ? new Set([...groups.keys(), ...ofGroups.keys()])
        : new Set([...changed, ...[...groups.values()].filter(namesMembers).map(({ key }) => key)]);
      const after = wanted(groups, keys);
      if (isFresh) {
        for (const [path, found] of held) {
          const text = after.get(path);
          if (text === undefined) after.set(path, undefined);
          else if (!isAsLoaded(found, text)) held.set(path, { ...found, fingerprint: '' });
        }
      }
      const { steps, added, removed } = planChange(held, after);
      try {
        await runSteps(pfctl, steps, options);
      } catch (error) {
        // What could not be taken back is found again by reading it.
        if (error instanceof PartialError) looked = false;
        else if (options?.signal?.aborted) throw new AbortedError({ operation: 'apply', cause: error });
        throw error;
      }
      for (const [path, text] of after) {
        if (text === undefined) held.delete(path);
        else held.set(path, text);
      }
      for (const key of keys) remember(key, groups.get(key), after);
      return { changed: steps.length > 0, added, removed };
    },
  };

  function remember(
    key: string,
    group: IntentGroup | undefined,
    after: ReadonlyMap<string, AnchorText | undefined>,
  ): void {
    const place = places.get(key);
    if (group === undefined || place === undefined) {
      ofGroups.delete(key);
      return;
    }
    const paths = anchorPaths(group, place);
    ofGroups.set(
      key,
      new Map(
        paths.flatMap((path) => {
          const text = after.get(path);
          return text === undefined ? [] : [[path, text] as const];
        }),
      ),
    );
  }

  function anchorPaths(group: IntentGroup, place: number): string[] {
    return [...anchorsOf(group, place, { owner, membersOf: () => [] }).keys()];
  }
}

/** Who is in which group is only looked for when a rule asks. */
function lazily(make: () => MembersOf): MembersOf {
  let made: MembersOf | undefined;
  return (group) => {
    made ??= make();
    return made(group);
  };
}
