import { type BackOff, delayBefore } from './back-off.js';

/** What is to be done about a server. */
export type Step = 'none' | 'ended' | 'start' | 'give-up';

/** What is known of one server that is supervised, from looking at it now and then. Times are of one steady clock, in milliseconds. */
export class WatchedServer {
  readonly #backOff: BackOff;
  #starts = 0;
  #servesSince: number | undefined;
  #startAt: number | undefined;
  #isGivenUp = false;
  #wasSeen = false;

  constructor(backOff: BackOff) {
    this.#backOff = backOff;
  }

  /** The start that comes next, or is under way: 1 is the first in a row. */
  get start(): number {
    return this.#starts + 1;
  }

  /** Says what to do, given whether it runs now: each end is told once, and a start follows when its time has come. */
  look(runs: boolean, now: number): Step {
    const isNews = !this.#wasSeen || this.#servesSince !== undefined;
    this.#wasSeen = true;
    if (runs) {
      this.#servesSince ??= now;
      if (now - this.#servesSince >= this.#backOff.forgetMs || this.#isGivenUp) this.#starts = 0;
      this.#isGivenUp = false;
      this.#startAt = undefined;
      return 'none';
    }
    this.#servesSince = undefined;
    if (this.#isGivenUp) return 'none';
    if (this.#startAt === undefined) {
      const delay = delayBefore(this.start, this.#backOff);
      if (delay === undefined) {
        this.#isGivenUp = true;
        return 'give-up';
      }
      this.#startAt = now + delay;
      if (isNews) return 'ended';
    }
    return now >= this.#startAt ? 'start' : 'none';
  }

  /** It was tried to start it; `servesSince`: since when it serves, if that worked. */
  started(servesSince?: number): void {
    this.#starts += 1;
    this.#startAt = undefined;
    this.#servesSince = servesSince;
  }
}
