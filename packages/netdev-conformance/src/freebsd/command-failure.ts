/** A program of the simulated host gives up: what it says on standard error, after its own name, and its exit status. */
export class CommandFailure extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}
