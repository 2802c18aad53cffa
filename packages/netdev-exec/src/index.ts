export {
  type AnsweringOptions,
  type AskedCommand,
  type CommandAnswer,
  createAnsweringRunner,
  type StartedCommand,
} from './answering.js';
export { createHostFiles } from './create-host-files.js';
export { createHostLocks, type HostLocksOptions } from './create-host-locks.js';
export { createRunner, type RunnerOptions } from './create-runner.js';
export { createDryRunFiles, createDryRunRunner, type DryRunOptions } from './dry-run.js';
export type { FilePart, FileWatch, HostFiles, WriteOptions } from './host-files.js';
export type { HostLocks } from './host-locks.js';
export { type InputText, wholeInput } from './input.js';
export { createLockQueue, createMemoryLocks } from './lock-queue.js';
export { createMemoryFiles } from './memory-files.js';
export { namespacePath } from './namespace-prefix.js';
export type { PlayedProcess, ProcessStage } from './played-processes.js';
export { createRecordingRunner, type RecordedCommand } from './recording.js';
export type { ProcessEnd, Runner, RunOptions, RunResult, StartedProcess, StartOptions } from './runner.js';
export { shellCommand, shellQuote } from './shell-quote.js';
