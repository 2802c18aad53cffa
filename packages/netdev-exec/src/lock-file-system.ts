import { mkdirSync, rmdirSync, statSync, utimesSync } from 'node:fs';

/** As node:fs hands over a result. */
type Callback<Result> = (error: unknown, result?: Result) => void;

/** A function of node:fs that takes a callback, done without another thread. */
function atOnce<Arguments extends readonly unknown[], Result>(work: (...args: Arguments) => Result) {
  return (...given: readonly [...Arguments, Callback<Result>]): void => {
    const callback = given.at(-1) as Callback<Result>;
    const args = given.slice(0, -1) as unknown as Arguments;
    const settle = (...outcome: Parameters<Callback<Result>>): void =>
      process.nextTick(() => callback(...outcome));
    try {
      settle(null, work(...args));
    } catch (error) {
      settle(error);
    }
  };
}

/**
 * The part of node:fs that proper-lockfile works with. Locks are empty directories, most of them in memory (/run): each
 * step takes less time than to hand it over to another thread, and a lock takes four.
 */
export const lockFileSystem = {
  mkdir: atOnce((path: string) => mkdirSync(path)),
  stat: atOnce((path: string) => statSync(path)),
  utimes: atOnce((path: string, accessed: Date, modified: Date) => utimesSync(path, accessed, modified)),
  rmdir: atOnce((path: string) => rmdirSync(path)),
  rmdirSync,
};
