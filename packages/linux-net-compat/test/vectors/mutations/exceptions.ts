import { stepKey } from '../devices/device-step.js';
import { type RecordedCommand, rerun } from '../recorded-run.js';
import { isRuleCommand } from '../rules/compare-rule-sets.js';
import type { Vector } from '../vector.js';
import { type Path, valueAt } from './leaves.js';

interface Exception {
  why: string;
  holds(command: RecordedCommand, path: Path, vector: Vector): boolean;
}

/** Recorded values that the player leaves out, each with what stands for them. */
const exceptions: readonly Exception[] = [
  {
    why: 'a driver of devices has no standard input, no exit status and no root of its own',
    holds: ({ byDriver }, [, , part]) => byDriver && part !== 'argv',
  },
  {
    why: 'what the devices are is read through the driver; what was read shows in what is done with it',
    holds: ({ byDriver, step }) => byDriver && step?.do === 'read',
  },
  {
    why: 'a setting that a later command makes anew leaves nothing behind',
    holds: ({ byDriver, step }, [, place, part], vector) =>
      byDriver &&
      part === 'argv' &&
      step !== undefined &&
      commandsOf(vector)
        .slice(Number(place) + 1)
        .some((later) => later.step !== undefined && stepKey(later.step) === stepKey(step)),
  },
  {
    why: 'how rules are read and written is free but for the program, what results is not',
    holds: (command, [, , part, word]) => isRuleCommand(command) && part === 'argv' && word !== 0,
  },
  {
    why: 'a comment, or an empty line, is no rule',
    holds: (_, path, vector) =>
      path[2] === 'stdin' && path.length === 4 && /^(#.*|\s*)$/.test(String(valueAt(vector, path))),
  },
];

const reruns = new WeakMap<Vector, RecordedCommand[]>();

function commandsOf(vector: Vector): RecordedCommand[] {
  const known = reruns.get(vector) ?? rerun(vector);
  reruns.set(vector, known);
  return known;
}

/** Why the player need not notice another value at a place; `undefined` where it has to. */
export function exceptionOf(vector: Vector, path: Path): string | undefined {
  const command = path[0] === 'commands' ? commandsOf(vector)[Number(path[1])] : undefined;
  if (command === undefined) return undefined;
  return exceptions.find(({ holds }) => holds(command, path, vector))?.why;
}
