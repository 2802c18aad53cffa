import { afterAll, describe, expect, it } from 'vitest';
import type { ConformanceReport, RequirementOutcome } from '../report/conformance-report.js';

/** What a caller may want to know of a suite. */
export interface ReportOptions {
  /** Is told what became of every requirement when the last test of the suite has ended; what it throws fails the suite. */
  onReport?: ((report: ConformanceReport) => void | Promise<void>) | undefined;
}

/** What a suite is declared from. */
export interface SuiteDeclaration<Requirement> extends ReportOptions {
  title: string;
  /** All of the contract. */
  requirements: readonly Requirement[];
  /** Whether the factory has what a requirement uses; one without it is not declared. */
  isTestable(requirement: Requirement): boolean;
  /** Tries a requirement; answers the capability that is lacking, when it was the refusal that was tried. */
  run(requirement: Requirement): Promise<string | undefined>;
  /** What is expected, no more and no less; left out: not asked. */
  capabilities: readonly string[] | undefined;
  /** What the subject says that it is capable of. */
  readCapabilities(): Promise<Iterable<string>>;
}

type Declarable = { group: string; name: string; uses: string | undefined };

/** Declares requirements as tests of vitest, one each, in their groups. */
export function declareSuite<Requirement extends Declarable>(suite: SuiteDeclaration<Requirement>): void {
  const { title, requirements, capabilities, onReport } = suite;
  const outcomes = new Map<string, RequirementOutcome>();
  const declared = requirements.filter(suite.isTestable);
  const tried = async (requirement: Requirement): Promise<void> => {
    const { group, name } = requirement;
    try {
      const lacking = await suite.run(requirement);
      outcomes.set(name, { group, name, ...resultOf(lacking) });
    } catch (error) {
      outcomes.set(name, { group, name, result: 'failed', error: String(error) });
      throw error;
    }
  };
  describe(title, () => {
    if (capabilities !== undefined) {
      it('has the capabilities that are expected of it here', async () => {
        expect([...(await suite.readCapabilities())].sort()).toEqual([...capabilities].sort());
      });
    }
    for (const group of new Set(declared.map((requirement) => requirement.group))) {
      describe(group, () => {
        for (const requirement of declared.filter((each) => each.group === group)) {
          it(requirement.name, () => tried(requirement));
        }
      });
    }
    if (onReport !== undefined) {
      afterAll(() =>
        onReport({
          title,
          requirements: requirements.map(
            (each) => outcomes.get(each.name) ?? untested(each, declared.includes(each)),
          ),
        }),
      );
    }
  });
}

function resultOf(
  lacking: string | undefined,
): { result: 'passed' } | { result: 'refused'; lacking: string } {
  return lacking === undefined ? { result: 'passed' } : { result: 'refused', lacking };
}

function untested({ group, name, uses }: Declarable, isDeclared: boolean): RequirementOutcome {
  const because = isDeclared ? 'its test was not run' : `the factory has no ${uses}`;
  return { group, name, result: 'untested', because };
}
