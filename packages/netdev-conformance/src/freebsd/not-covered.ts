/**
 * What the collected facts about FreeBSD do not say. The simulator throws it instead of answering, so that a command
 * that nobody knows to work there fails the test that runs it.
 */
export class NotCoveredError extends Error {
  constructor(argv: readonly string[], what: string) {
    super(`the facts do not cover ${argv.join(' ')}: ${what}`);
    this.name = new.target.name;
  }
}
