import { type OperationOptions, parseInterfaceName } from 'netdev-core';
import type { Runner } from 'netdev-exec';

/** The Indigo virtual switch of this host, through its own tool, ivs-ctl. It has one bridge. */
export interface IndigoSwitch {
  /** @throws InvalidArgumentError, CommandError, MissingToolError */
  addPort(device: string, options?: OperationOptions): Promise<void>;
  /** @throws InvalidArgumentError, CommandError, MissingToolError */
  deletePort(device: string, options?: OperationOptions): Promise<void>;
}

export function createIndigoSwitch({ runner }: { runner: Pick<Runner, 'run'> }): IndigoSwitch {
  const control = async (verb: string, device: string, options?: OperationOptions): Promise<void> => {
    await runner.run(['ivs-ctl', verb, parseInterfaceName(device, 'device')], options);
  };
  return {
    addPort: (device, options) => control('add-port', device, options),
    deletePort: (device, options) => control('del-port', device, options),
  };
}
