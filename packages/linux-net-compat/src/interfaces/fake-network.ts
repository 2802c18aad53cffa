import type { LinuxNetContext } from '../context.js';

/**
 * Whether a function that never went through the module's own runner does its work: `fake_network`
 * did not stop it in the original, and does so here unless the faults are kept.
 */
export function bypassesFakeNetwork({ conf, faults }: Pick<LinuxNetContext, 'conf' | 'faults'>): boolean {
  return !conf.fake_network || faults === 'keep';
}
