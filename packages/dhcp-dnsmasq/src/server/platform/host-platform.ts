import type { HostFiles, Runner } from 'netdev-exec';

/** The platforms that a server is looked after on. */
export type PlatformName = 'linux' | 'freebsd';

/** A process as the host shows it. */
export interface ShownProcess {
  /** The words it was started with; none of a process that is ending. */
  commandLine: readonly string[];
  /** When it began: differs when the pid belongs to another process by now. */
  birth: string;
}

/** What platforms tell in ways of their own, and a server's care needs to know. */
export interface HostPlatform {
  /** Where servers live when nobody says. @throws InvalidArgumentError where this user has no such place */
  defaultDirectory(): string;
  /** The process of a pid as long as it may hold sockets; `undefined`: it is gone. */
  process(pid: number): Promise<ShownProcess | undefined>;
  /** The processes that a process has started and that run still. */
  children(pid: number): Promise<number[]>;
  /**
   * The processes that were started with a word, one that has no blank, and see this very file: those of another container
   * may have been given a file of the same name. None where that cannot be told.
   */
  processesOn(file: string, word: string): Promise<number[]>;
  /** Whether scripts can be run from a directory: some mounts are `noexec`. */
  allowsExecution(directory: string): Promise<boolean>;
  /** Whether a process of root can become another user. */
  canChangeUser(): Promise<boolean>;
}

/** What the platform is looked at with. */
export interface PlatformMeans {
  files: HostFiles;
  /** Of the host itself, not of a namespace or a jail: it shows the processes of all. */
  runner: Runner;
}
