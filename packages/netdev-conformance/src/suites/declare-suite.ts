import { describe, expect, it } from 'vitest';

/** What a suite is declared from. */
export interface SuiteDeclaration<Requirement> {
  title: string;
  requirements: readonly Requirement[];
  run(requirement: Requirement): Promise<void>;
  /** What is expected, no more and no less; left out: not asked. */
  capabilities: readonly string[] | undefined;
  /** What the subject says that it is capable of. */
  readCapabilities(): Promise<Iterable<string>>;
}

/** Declares requirements as tests of vitest, one each, in their groups. */
export function declareSuite<Requirement extends { group: string; name: string }>({
  title,
  requirements,
  run,
  capabilities,
  readCapabilities,
}: SuiteDeclaration<Requirement>): void {
  describe(title, () => {
    if (capabilities !== undefined) {
      it('has the capabilities that are expected of it here', async () => {
        expect([...(await readCapabilities())].sort()).toEqual([...capabilities].sort());
      });
    }
    for (const group of new Set(requirements.map((requirement) => requirement.group))) {
      describe(group, () => {
        for (const requirement of requirements.filter((each) => each.group === group)) {
          it(requirement.name, () => run(requirement));
        }
      });
    }
  });
}
