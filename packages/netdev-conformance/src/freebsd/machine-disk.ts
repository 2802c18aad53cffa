import { execFileSync } from 'node:child_process';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import type { FreeBsdDisk } from './disk.js';

/** The files of the machine that the simulated host is kept on, whose shell runs its scripts. */
export function createMachineDisk(): FreeBsdDisk {
  return {
    read(path) {
      try {
        return readFileSync(path, 'utf8');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },
    write: (path, text) => writeFileSync(path, text),
    append: (path, text) => appendFileSync(path, text),
    execute(path, words, env) {
      execFileSync(path, words, { env: { PATH: process.env.PATH, ...env }, stdio: 'ignore' });
    },
  };
}
