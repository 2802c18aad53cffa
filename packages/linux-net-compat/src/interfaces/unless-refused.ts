import { isNetDevError } from 'netdev-core';
import type { LinuxNetContext } from '../context.js';

/**
 * Does what the kernel may refuse. With the faults kept a refusal is passed over: the original accepted
 * the status with which ip(8) ends then.
 */
export async function unlessRefused(
  { faults }: Pick<LinuxNetContext, 'faults'>,
  work: () => Promise<unknown>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    const isRefusal = isNetDevError(error, 'PLATFORM') && error.errno !== undefined;
    if (faults === 'mend' || !isRefusal) throw error;
  }
}
