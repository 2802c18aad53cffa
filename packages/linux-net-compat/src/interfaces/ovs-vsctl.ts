import { isNetDevError, PlatformError } from 'netdev-core';
import type { LinuxNetContext } from '../context.js';
import { bypassesFakeNetwork } from './fake-network.js';

/** Open vSwitch refused; the original's exception of this name. */
export class AgentError extends PlatformError {}

/**
 * Runs ovs-vsctl(8) with the `ovs_vsctl_timeout`.
 *
 * @throws AgentError
 */
export async function ovsVsctl(
  context: LinuxNetContext,
  words: readonly string[],
): Promise<[stdout: string, stderr: string]> {
  if (!bypassesFakeNetwork(context)) return ['', ''];
  const argv = ['ovs-vsctl', `--timeout=${context.conf.ovs_vsctl_timeout}`, ...words];
  try {
    const { stdout, stderr } = await context.runner.run(argv);
    return [stdout, stderr];
  } catch (error) {
    if (!isNetDevError(error)) throw error;
    throw new AgentError({
      operation: 'run',
      object: argv.join(' '),
      detail: error.detail ?? error.message,
      hint: error.hint,
      cause: error,
    });
  }
}
