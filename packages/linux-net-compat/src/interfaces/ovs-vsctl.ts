import { isNetDevError, PlatformError } from 'netdev-core';
import type { Runner } from 'netdev-exec';
import type { OpenVSwitch } from 'netdev-linux';
import type { LinuxNetContext } from '../context.js';
import { executingRunner } from '../execute.js';
import { bypassesFakeNetwork } from './fake-network.js';
import { switchTools } from './switch-tools.js';

/** Open vSwitch refused; the original's exception of this name. */
export class AgentError extends PlatformError {}

/** What has to be done to Open vSwitch's flows, which went through the module's own runner in the original. */
export async function openVSwitchFlows(context: LinuxNetContext): Promise<Pick<OpenVSwitch, 'addFlow'>> {
  const { createOpenVSwitch } = await switchTools({ operation: 'use', object: 'Open vSwitch' });
  return createOpenVSwitch({ runner: executingRunner(context) });
}

/** Open vSwitch's database with the `ovs_vsctl_timeout`; what it refuses is an {@link AgentError}. */
export async function openVSwitch(context: LinuxNetContext): Promise<Omit<OpenVSwitch, 'addFlow'>> {
  const { createOpenVSwitch } = await switchTools({ operation: 'use', object: 'Open vSwitch' });
  return createOpenVSwitch({
    runner: { run: agentRun(context) },
    timeoutSeconds: context.conf.ovs_vsctl_timeout,
  });
}

/**
 * Runs ovs-vsctl(8) with the `ovs_vsctl_timeout`.
 *
 * @throws AgentError
 */
export async function ovsVsctl(
  context: LinuxNetContext,
  words: readonly string[],
): Promise<[stdout: string, stderr: string]> {
  const { stdout, stderr } = await (await openVSwitch(context)).vsctl(words);
  return [stdout, stderr];
}

function agentRun(context: LinuxNetContext): Runner['run'] {
  return async (argv, options) => {
    if (!bypassesFakeNetwork(context)) return { argv, exitCode: 0, stdout: '', stderr: '' };
    try {
      return await context.runner.run(argv, options);
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
  };
}
