import type { ProcessEnd, StartedProcess } from './runner.js';

/** A process that stays, as somebody plays it. */
export interface PlayedProcess {
  /** Is told of each signal but 0 that is sent to it. */
  signal(signal: NodeJS.Signals): void;
}

/** What a played process can do. */
export interface ProcessStage {
  readonly pid: number;
  /** Prints on its standard output. */
  print(text: string): void;
  end(end: ProcessEnd): void;
}

/** The processes that were started and have not ended, with the pids 1, 2 …. */
export class Processes {
  #started = 0;
  readonly #running = new Map<number, PlayedProcess>();

  start(
    play: (stage: ProcessStage) => PlayedProcess | undefined,
    onOutput: (text: string) => void,
  ): StartedProcess | undefined {
    const pid = this.#started + 1;
    let settle: (end: ProcessEnd) => void = () => {};
    const exited = new Promise<ProcessEnd>((resolve) => {
      settle = resolve;
    });
    let hasEnded = false;
    const played = play({
      pid,
      print: onOutput,
      end: (end) => {
        hasEnded = true;
        this.#running.delete(pid);
        settle(end);
      },
    });
    if (played === undefined) return undefined;
    this.#started = pid;
    if (!hasEnded) this.#running.set(pid, played);
    return { pid, exited, wait: () => exited };
  }

  signal(pid: number, signal: NodeJS.Signals | 0): boolean {
    const process = this.#running.get(pid);
    if (process !== undefined && signal !== 0) process.signal(signal);
    return process !== undefined;
  }
}
