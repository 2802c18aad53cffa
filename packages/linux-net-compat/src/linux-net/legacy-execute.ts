import type { createModule } from '../create-linux-net.js';

/** What the original's runner took by name. */
export interface ExecuteKeywords {
  /** Left out: no. */
  run_as_root?: boolean;
  /** Exit statuses that are no failure; `false`: any. Left out or `true`: only 0. */
  check_exit_code?: boolean | number | readonly number[];
}

export type Word = string | number;

/** The runners of commands under the original's names: words, and behind them what was given by name. */
export function legacyExecuteFunctions(
  net: Pick<ReturnType<typeof createModule>, 'conf' | 'execute' | 'execEbtables'>,
) {
  return {
    _execute: async (...given: (Word | ExecuteKeywords)[]): Promise<[stdout: string, stderr: string | 0]> => {
      const { argv, keywords } = splitKeywords(given);
      const { check_exit_code: check = true, run_as_root = false } = keywords;
      const accept =
        check === false ? 'any' : check === true ? [0] : typeof check === 'number' ? [check] : check;
      // What the original's stand-in answered.
      if (net.conf.fake_network) return ['fake', 0];
      const { stdout, stderr } = await net.execute(argv, { accept, privileged: run_as_root });
      return [stdout, stderr];
    },
    _exec_ebtables: (...given: (Word | ExecuteKeywords)[]): Promise<void> => {
      const { argv, keywords } = splitKeywords(given);
      const { check_exit_code: check = true, run_as_root = false } = keywords;
      return net.execEbtables(argv, { checkExitCode: check !== false, privileged: run_as_root });
    },
  };
}

function splitKeywords(given: readonly (Word | ExecuteKeywords)[]): {
  argv: string[];
  keywords: ExecuteKeywords;
} {
  const last = given.at(-1);
  const words = typeof last === 'object' ? given.slice(0, -1) : given;
  return { argv: words.map(String), keywords: typeof last === 'object' ? last : {} };
}
