import type { Seen } from './seen.js';
import { all, type Truth } from './truth.js';

/** One thing that a rule asks of a packet. */
export interface RuleTest {
  /** As it stands in the rule. */
  text: string;
  holds(seen: Seen): Truth;
  /** Why nobody can say; left out: it asks for what is not known of the packet. */
  unknownAs?: string;
}

/** The answers of a whole rule. */
export interface RuleAnswer {
  truth: Truth;
  /** What cannot be said, with the reason. */
  because: string | undefined;
}

/** What a rule's tests say together. */
export function ask(tests: readonly RuleTest[], seen: Seen): RuleAnswer {
  const answers = tests.map((test) => ({ test, truth: test.holds(seen) }));
  const truth = all(answers.map((answer) => answer.truth));
  if (truth !== 'unknown') return { truth, because: undefined };
  const reasons = answers
    .filter((answer) => answer.truth === 'unknown')
    .map(({ test }) => `${test.text}: ${test.unknownAs ?? 'not known of the packet'}`);
  return { truth, because: reasons.join('; ') };
}
