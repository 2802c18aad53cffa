/** Takes the words of a command one after the other, and refuses the ones that nothing is known of. */
export class Words {
  readonly #words: string[];
  readonly #command: string;

  constructor(words: readonly string[], command = words.join(' ')) {
    this.#words = [...words];
    this.#command = command;
  }

  get left(): number {
    return this.#words.length;
  }

  /** The next word. @throws Error when there is none */
  next(what = 'a word'): string {
    return this.#words.shift() ?? this.refuse(`${what} is missing`);
  }

  /** Takes the next word if it is this one. */
  takes(word: string): boolean {
    if (this.#words[0] !== word) return false;
    this.#words.shift();
    return true;
  }

  /** The next word has to be one of these; answers which. @throws Error */
  oneOf<Word extends string>(words: readonly Word[]): Word {
    const word = this.next(words.join(' or '));
    return words.find((known) => known === word) ?? this.refuse(`${word} is not ${words.join(' or ')}`);
  }

  /** @throws Error */
  number(what: string): number {
    const word = this.next(what);
    return /^\d+$/.test(word) ? Number(word) : this.refuse(`${word} is no ${what}`);
  }

  /** @throws Error when words are left over */
  end(): void {
    if (this.#words.length > 0) this.refuse(`nothing is known of ${this.#words.join(' ')}`);
  }

  refuse(why: string): never {
    throw new Error(`${this.#command}: ${why}`);
  }
}
