/** The families that sets are kept apart by. */
export type SetFamily = 'ipv4' | 'ipv6';

/** A set (ipset(8), `hash:net`) with its members in the form in which the kernel prints them. */
export interface MemberSet {
  family: SetFamily;
  members: ReadonlySet<string>;
}

/** One step of a change of sets, by their names in the kernel. */
export type SetStep =
  | { do: 'create'; set: string; family: SetFamily }
  | { do: 'add'; set: string; member: string }
  | { do: 'delete'; set: string; member: string }
  | { do: 'destroy'; set: string; members: number };

/** A change of sets, around the change of the rules that name them. */
export interface SetChange {
  /** To be done before rules change. */
  before: readonly SetStep[];
  /** Takes `before` back. */
  back: readonly SetStep[];
  /** To be done when no rule names these sets any more. */
  after: readonly SetStep[];
}

export const noSetChange: SetChange = { before: [], back: [], after: [] };

/** Members that are new, and members that go. */
export function countMembers({ before, after }: SetChange): { added: number; removed: number } {
  let added = 0;
  let removed = 0;
  for (const step of [...before, ...after]) {
    if (step.do === 'add') added += 1;
    if (step.do === 'delete') removed += 1;
    if (step.do === 'destroy') removed += step.members;
  }
  return { added, removed };
}

/** The steps that take others back, as far as it goes: sets that were made go with all their members. */
export function stepsBack(steps: readonly SetStep[]): SetStep[] {
  const made = new Set(steps.flatMap((step) => (step.do === 'create' ? step.set : [])));
  return steps.toReversed().flatMap((step): SetStep[] => {
    if (step.do === 'create') return [{ do: 'destroy', set: step.set, members: 0 }];
    if (made.has(step.set) || step.do === 'destroy') return [];
    return [{ ...step, do: step.do === 'add' ? 'delete' : 'add' }];
  });
}
