import type { Program } from './command.js';

/** The programs of the simulated host by their names. */
export const programs: ReadonlyMap<string, Program> = new Map();
