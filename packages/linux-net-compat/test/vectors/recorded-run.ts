import { type DeviceStep, stepKey } from './devices/device-step.js';
import { isDeviceCommand, readDeviceCommand } from './devices/read-device-command.js';
import { type Answer, createReplies } from './host-replies.js';
import type { Command, Vector } from './vector.js';

/** What became of a command: it did its work, it did nothing and nobody minded, or it failed. */
export type Fate = 'done' | 'nothing' | 'refused';

/** A command that the original ran, with what the host answered it. */
export interface RecordedCommand extends Command {
  answer: Answer;
  fate: Fate;
  /** Whether a driver of devices stands in for it. */
  byDriver: boolean;
  /** What it does to devices. */
  step?: DeviceStep;
  /** Why it cannot be read. */
  problem?: string;
}

/** Runs the recorded commands once more against the recorded replies. */
export function rerun({ commands, calls, host }: Vector): RecordedCommand[] {
  const answerTo = createReplies(host.replies);
  const asked = calls
    .filter(({ fn }) => fn === '_execute')
    .map(({ args }) => JSON.stringify(args.map(String)));
  return commands.map((command) => {
    const answer = answerTo(command.argv);
    const byDriver = isDeviceCommand(command.argv) && !asked.includes(JSON.stringify(command.argv));
    const recorded: RecordedCommand = { ...command, answer, byDriver, fate: fateOf(command, answer) };
    const port = internalPort(command.argv);
    if (port !== undefined) recorded.step = port;
    if (!isDeviceCommand(command.argv)) return recorded;
    try {
      recorded.step = readDeviceCommand(command.argv);
    } catch (error) {
      if (byDriver) recorded.problem = String(error);
    }
    return recorded;
  });
}

function fateOf({ argv, check_exit_code: accepted }: Command, { exit, stderr }: Answer): Fate {
  // The original looked at what this one printed, whatever its status.
  if (argv[0] === 'brctl' && argv[1] === 'addif' && stderr !== '') return 'refused';
  if (exit === 0) return 'done';
  return accepted === false || accepted.includes(exit) ? 'nothing' : 'refused';
}

/** The device that Open vSwitch makes for a port of its own. */
export function internalPort(argv: readonly string[]): DeviceStep | undefined {
  const place = argv.indexOf('add-port');
  const name = argv[place + 2];
  if (argv[0] !== 'ovs-vsctl' || place === -1 || name === undefined) return undefined;
  return argv.includes('type=internal') ? { do: 'create-link', spec: { kind: 'dummy', name } } : undefined;
}

/** What the host answered the commands about one property of one thing, in order. */
export function createOutcomes(run: readonly RecordedCommand[]) {
  const queues = new Map<string, RecordedCommand[]>();
  for (const command of run) {
    if (!command.byDriver || command.step === undefined) continue;
    const key = stepKey(command.step);
    queues.set(key, [...(queues.get(key) ?? []), command]);
  }
  return {
    /** The next answer about a property; `undefined` when the original never touched it again. */
    take(key: string): RecordedCommand | undefined {
      const queue = queues.get(key);
      const command = queue?.shift();
      const second = queue?.[0];
      // The original made a tap by another program where the first one failed.
      if (command?.fate === 'refused' && second?.argv[0] === 'tunctl') return queue?.shift();
      return command;
    },
  };
}

export type Outcomes = ReturnType<typeof createOutcomes>;
