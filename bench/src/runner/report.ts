import type { Comparison } from './comparison.js';

/** What a benchmark found: lines for programs, and a text for people. */
export interface Report {
  comparisons: Comparison[];
  text: string;
}
