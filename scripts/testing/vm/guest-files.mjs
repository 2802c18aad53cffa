import { join } from 'node:path';
import { cachedPackage } from './cached-package.mjs';
import { guestKernel } from './guest-kernel.mjs';
import { guestPrograms } from './guest-programs.mjs';

/**
 * What the virtual machine is made of besides the files of this one, downloaded where it is not in the cache. The busybox
 * is linked statically, which that of the machine may not be.
 * @throws {import('../../setup/run.mjs').SetupError} when something cannot be had
 */
export async function guestFiles() {
  const kernel = await guestKernel();
  const busybox = join(await cachedPackage('busybox-static'), 'bin', 'busybox');
  return { kernel, busybox, ...(await guestPrograms()) };
}
