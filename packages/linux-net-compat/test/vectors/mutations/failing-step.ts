import { devicesMade } from '../devices/device-step.js';
import { rerun } from '../recorded-run.js';
import { isRuleCommand } from '../rules/compare-rule-sets.js';
import type { Vector } from '../vector.js';

/**
 * What a recording of one call would be if a certain command of it had failed: the call raises, and
 * there it ends. `undefined` for a command whose failure the original did not mind. Rules are left out.
 */
export function withFailure(vector: Vector, place: number): Vector | undefined {
  const { calls, commands, host } = vector;
  const [call, ...others] = calls;
  const command = commands[place];
  if (command === undefined || call === undefined || others.length > 0 || call.raises !== undefined)
    return undefined;
  const accepted = command.check_exit_code === false || command.check_exit_code.includes(STATUS);
  if (accepted || isRuleCommand(command) || isForgiven(command.argv)) return undefined;
  const failed: Vector = {
    ...vector,
    host: {
      ...host,
      replies: [{ match: command.argv, exit: STATUS, stdout: '', stderr: 'no' }, ...(host.replies ?? [])],
    },
    calls: [{ fn: call.fn, args: call.args, kwargs: call.kwargs, raises: raised(command.argv) }],
    commands: commands.slice(0, place + 1),
  };
  return { ...failed, devices_after: devicesAfter(failed) };
}

const STATUS = 1;

/** The original went on after these, or tried something else. */
function isForgiven([tool, object]: readonly string[]): boolean {
  return tool === 'ebtables' || tool === 'conntrack' || object === 'tuntap';
}

function raised([tool]: readonly string[]): string {
  return tool === 'ovs-vsctl' ? 'AgentError' : 'ProcessExecutionError';
}

function devicesAfter(vector: Vector): string[] {
  const names = new Set(vector.host.devices);
  for (const { step, fate } of rerun(vector)) {
    if (step === undefined || fate !== 'done') continue;
    for (const name of devicesMade(step)) names.add(name);
    if (step.do === 'delete-link') names.delete(step.name);
  }
  return [...names].sort();
}
