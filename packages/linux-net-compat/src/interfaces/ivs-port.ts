import type { IndigoSwitch } from 'netdev-linux';
import type { LinuxNetContext } from '../context.js';
import { bypassesFakeNetwork } from './fake-network.js';
import { switchTools } from './switch-tools.js';

/** Puts a device on the Indigo virtual switch. @throws CommandError */
export async function createIvsVifPort(context: LinuxNetContext, device: string): Promise<void> {
  await (await indigoSwitch(context)).addPort(device);
}

/** Takes a device off the Indigo virtual switch and deletes it. @throws CommandError */
export async function deleteIvsVifPort(context: LinuxNetContext, device: string): Promise<void> {
  await (await indigoSwitch(context)).deletePort(device);
  if (!bypassesFakeNetwork(context)) return;
  const driver = await context.netdev();
  await driver.deleteLink(device);
}

async function indigoSwitch(context: LinuxNetContext): Promise<IndigoSwitch> {
  const { createIndigoSwitch } = await switchTools({ operation: 'use', object: 'the Indigo virtual switch' });
  return createIndigoSwitch({
    runner: {
      run: async (argv, options) =>
        bypassesFakeNetwork(context)
          ? context.runner.run(argv, options)
          : { argv, exitCode: 0, stdout: '', stderr: '' },
    },
  });
}
