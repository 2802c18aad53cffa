import { availableParallelism } from 'node:os';

/**
 * @typedef {{ passed: number, failed: number, output?: string }} Outcome how many checks of a step held, and what to
 *   show of it when one did not
 * @typedef {{ name: string, about: string, run: () => Promise<Outcome>, beside?: true, together?: true, last?: true }} Step
 *   `beside`: it leaves a processor free, and runs while those after it do; `together`: it takes one processor, and runs
 *   with those like it that come next, as many at once as there are processors; `last`: only when all others have ended
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
 * Runs all steps one after the other, but for those that run beside others or together, whatever becomes of each, and
 * prints a line for each, with all its output if it failed.
 * @param {readonly Step[]} steps
 * @param {(text: string) => void} print
 * @param {number} [atOnce] how many of those run together
 * @returns {Promise<{ passed: number, failed: number }>} the sums
 */
export async function runSteps(steps, print, atOnce = availableParallelism()) {
  const sum = { passed: 0, failed: 0 };
  /** @param {Step} step @param {Promise<{ outcome: Outcome, seconds: number }>} timed */
  const show = async (step, timed) => {
    print(title(step));
    const { outcome, seconds } = await timed;
    print(result(outcome, seconds));
    sum.passed += outcome.passed;
    sum.failed += outcome.failed;
  };
  /** @type {(() => Promise<void>)[]} */
  const beside = [];
  const settle = async () => {
    for (const shown of beside.splice(0)) await shown();
  };
  for (const group of groupsOf(steps)) {
    if (group.some((step) => step.last)) await settle();
    const inPlace = places(atOnce);
    const begun = group.map((step) => ({ step, timed: inPlace(() => timedOutcome(step)) }));
    for (const { step, timed } of begun) {
      if (step.beside) beside.push(() => show(step, timed));
      else await show(step, timed);
    }
  }
  await settle();
  return sum;
}

/** Steps that run together, or a single one. @param {readonly Step[]} steps @returns {Step[][]} */
function groupsOf(steps) {
  /** @type {Step[][]} */
  const groups = [];
  for (const [index, step] of steps.entries()) {
    if (step.together && steps[index - 1]?.together) groups.at(-1)?.push(step);
    else groups.push([step]);
  }
  return groups;
}

/**
 * Lets so many at once work, the others in turn.
 * @param {number} count
 * @returns {<Result>(work: () => Promise<Result>) => Promise<Result>}
 */
function places(count) {
  /** @type {(() => void)[]} */
  const waiting = [];
  let free = count;
  return async (work) => {
    if (free === 0) await new Promise((resolve) => waiting.push(() => resolve(undefined)));
    else free -= 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}

/** @param {Step} step */
async function timedOutcome(step) {
  const start = performance.now();
  const outcome = await outcomeOf(step);
  return { outcome, seconds: (performance.now() - start) / 1000 };
}

/** @param {Step} step */
function title({ name, about }) {
  return `${`${name}: ${about}`.padEnd(70, ' ')} `;
}

/** @param {Outcome} outcome @param {number} seconds */
function result({ passed, failed, output = '' }, seconds) {
  const counts = passed + failed > 1 ? `  ${passed} passed${failed > 0 ? `, ${failed} failed` : ''}` : '';
  const line = `${failed > 0 ? 'FAILED' : 'ok'}  ${seconds.toFixed(1)} s${counts}\n`;
  return failed > 0 && output !== '' ? `${line}${output.trimEnd().replace(/^/gm, '    ')}\n` : line;
}
