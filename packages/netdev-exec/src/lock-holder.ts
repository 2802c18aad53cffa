import { randomBytes } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';

/**
 * A holder of a lock, named so that nobody else ever has the name: `PID.GROUP.WORLD.RANDOM`. The group is that of its
 * process, which the programs that it runs belong to, and the world is what the two are numbers of; `-`: it is not known.
 */
export type Holder = string;

export function newHolder(): Holder {
  own ??= ownProcess();
  return `${own.pid}.${own.group}.${own.world}.${randomBytes(8).toString('hex')}`;
}

/**
 * Whether a holder's process is gone for sure, and all that it ran too: what it has left behind may still change what the
 * lock is for. Numbers that are somebody else's by now, and those of another world, only make it look alive.
 */
export function isGone(holder: Holder): boolean {
  const { pid, group } = neighbour(holder) ?? {};
  return pid !== undefined && group !== undefined && !exists(pid) && !exists(-group);
}

/** The pid of a holder where that is known here. */
export function pidOf(holder: Holder): number | undefined {
  return neighbour(holder)?.pid;
}

interface Process {
  pid: number;
  group: number;
  world: string;
}

let own: Process | undefined;

/** The process of a holder, if it is of this world. */
function neighbour(holder: Holder): Process | undefined {
  own ??= ownProcess();
  const [, pid, group, world] = /^(\d+)\.(\d+)\.([0-9a-f]+)\.[0-9a-f]+$/.exec(holder) ?? [];
  return world === undefined || world !== own.world
    ? undefined
    : { pid: Number(pid), group: Number(group), world };
}

/**
 * A world is a pid namespace (pid_namespaces(7)) of a running kernel (random(4), boot_id). Only Linux tells; and not where
 * /proc is that of another namespace, or the group has no number here (proc_pid_stat(5): the first field and the fifth).
 */
function ownProcess(): Process {
  const { pid } = process;
  try {
    const stat = readFileSync('/proc/self/stat', 'utf8');
    // The name in brackets may hold anything.
    const group = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]);
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').replace(/[^0-9a-f]/g, '');
    const { ino } = statSync('/proc/self/ns/pid', { bigint: true });
    if (Number.parseInt(stat, 10) === pid && group > 1)
      return { pid, group, world: `${boot}${ino.toString(16)}` };
  } catch {
    // As anywhere else than on Linux.
  }
  return { pid, group: 0, world: '-' };
}

/** Whether there is a process, or with a number below zero a process group (kill(2)); those of others are told too. */
function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
