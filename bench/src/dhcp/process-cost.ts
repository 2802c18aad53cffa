import { readFileSync } from 'node:fs';

/** The processor time that a process has had so far, in milliseconds (proc_pid_schedstat: nanoseconds on a processor). */
export function processorMs(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
}

/** The processor time that this process has had so far, in milliseconds, its threads and ended children apart. */
export function ownProcessorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** What a process holds in memory, in MiB (proc_pid_status(5), VmRSS). */
export function residentMiB(pid: number): number {
  const [, kibibytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kibibytes) / 1024;
}
