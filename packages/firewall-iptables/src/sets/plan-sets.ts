import { type MemberSet, type SetChange, type SetStep, stepsBack } from './set-step.js';

/**
 * The difference between our sets as they are and as they are to be.
 *
 * @param present by name; `undefined` for one that is of another type
 */
export function planSets(
  present: ReadonlyMap<string, MemberSet | undefined>,
  wanted: ReadonlyMap<string, MemberSet>,
): SetChange {
  const before = [...wanted].flatMap(([set, { family, members }]): SetStep[] => {
    const now = present.get(set);
    const added = [...members].filter((member) => now?.members.has(member) !== true);
    const gone = now === undefined ? [] : [...now.members].filter((member) => !members.has(member));
    return [
      ...(now === undefined ? [{ do: 'create', set, family } as const] : []),
      ...added.map((member): SetStep => ({ do: 'add', set, member })),
      ...gone.map((member): SetStep => ({ do: 'delete', set, member })),
    ];
  });
  const after = [...present]
    .filter(([set]) => !wanted.has(set))
    .map(([set, now]): SetStep => ({ do: 'destroy', set, members: now?.members.size ?? 0 }));
  return { before, back: stepsBack(before), after };
}
