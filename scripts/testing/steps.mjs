/**
 * @typedef {{ passed: number, failed: number, output?: string }} Outcome how many checks of a step held, and what to
 *   show of it when one did not
 * @typedef {{ name: string, about: string, run: () => Promise<Outcome> }} Step
 */

/**
 * The outcome of a step that is one check.
 * @param {{ status: number, output: string }} result of a program
 * @returns {Outcome}
 */
export function oneCheck({ status, output }) {
  return status === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1, output };
}

/** @param {Step} step @returns {Promise<Outcome>} */
async function outcomeOf(step) {
  try {
    return await step.run();
  } catch (error) {
    return { passed: 0, failed: 1, output: error instanceof Error ? String(error.stack) : String(error) };
  }
}

/**
 * Runs all steps one after the other, whatever becomes of each, and prints a line for each, with all its output if
 * it failed.
 * @param {readonly Step[]} steps
 * @param {(text: string) => void} print
 * @returns {Promise<{ passed: number, failed: number }>} the sums
 */
export async function runSteps(steps, print) {
  const sum = { passed: 0, failed: 0 };
  for (const step of steps) {
    print(`${`${step.name}: ${step.about}`.padEnd(70, ' ')} `);
    const start = performance.now();
    const { passed, failed, output = '' } = await outcomeOf(step);
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    const counts = passed + failed > 1 ? `  ${passed} passed${failed > 0 ? `, ${failed} failed` : ''}` : '';
    print(`${failed > 0 ? 'FAILED' : 'ok'}  ${seconds} s${counts}\n`);
    if (failed > 0 && output !== '') print(`${output.trimEnd().replace(/^/gm, '    ')}\n`);
    sum.passed += passed;
    sum.failed += failed;
  }
  return sum;
}
