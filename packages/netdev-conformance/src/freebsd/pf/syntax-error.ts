/** What pfctl says of a text that it does not take. */
export class PfSyntaxError extends Error {
  /** The line of the text, from 1 on. */
  readonly line: number;

  constructor(line: number, message = 'syntax error') {
    super(message);
    this.line = line;
    this.name = new.target.name;
  }
}
