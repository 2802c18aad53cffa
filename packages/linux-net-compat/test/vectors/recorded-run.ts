import type { LinkSpec } from 'netdev-core';
import { compare } from './compare.js';
import { settableFlags } from './devices/address-text.js';
import { type AddressText, type DeviceStep, stepKey } from './devices/device-step.js';
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
  return !Array.isArray(accepted) || accepted.includes(exit) ? 'nothing' : 'refused';
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
  const otherwise: string[] = [];
  return {
    /** The next answer about the property that a step is about; `undefined` when there was no other. */
    take(step: DeviceStep): RecordedCommand | undefined {
      const queue = queues.get(stepKey(step));
      let command = queue?.shift();
      // The original made a tap by another program where the first one failed.
      if (command?.fate === 'refused' && queue?.[0]?.argv[0] === 'tunctl') command = queue.shift();
      if (command?.step !== undefined && command.fate !== 'done')
        otherwise.push(...compareFailed(command, command.step, step));
      return command;
    },
    /** What of the commands that failed ours did otherwise or not at all: they leave no state to compare. */
    otherwise: (): string[] => [
      ...otherwise,
      ...[...queues.values()]
        .flat()
        .filter(({ fate }) => fate !== 'done')
        .map(({ argv }) => `failed ${argv.join(' ')}: nothing of ours stands for it`),
    ],
  };
}

export type Outcomes = ReturnType<typeof createOutcomes>;

/**
 * What is to be equal of a step that failed: what is deleted is known by its key, and of a route a driver
 * says more than a command.
 */
function compareFailed({ argv }: Command, theirs: DeviceStep, ours: DeviceStep): string[] {
  const what = `failed ${argv.join(' ')}`;
  if (theirs.do === 'add-route' && ours.do === 'add-route') {
    // The device of one that is put back is compared with where it was taken from.
    const given = (Object.keys(theirs.route) as (keyof typeof theirs.route)[]).filter(
      (field) => field !== 'link',
    );
    return given.flatMap((field) => compare(`${what}: ${field}`, theirs.route[field], ours.route[field]));
  }
  if (theirs.do === 'create-link' && ours.do === 'create-link')
    return compare(what, theirs.spec, withoutNo(ours.spec));
  if (theirs.do === 'add-address' && ours.do === 'add-address')
    return compare(what, settableOf(theirs.address), settableOf(ours.address));
  if (theirs.do.startsWith('delete')) return compare(what, stepKey(theirs), stepKey(ours));
  return compare(what, theirs, ours);
}

/** What an address can be given; the rest of a command's words are not looked at by a host without a kernel. */
function settableOf({ label: _, ...address }: AddressText): AddressText {
  return { ...address, flags: address.flags.filter((flag) => settableFlags.includes(flag)) };
}

/** What is not wanted goes without saying in a command. */
function withoutNo(spec: LinkSpec): object {
  return Object.fromEntries(Object.entries(spec).filter(([, value]) => value !== false));
}
