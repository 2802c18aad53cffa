import type { LinuxNetContext } from '../context.js';
import type { VifPlugOptions } from '../vif/plug-options.js';
import { plugVif } from '../vif/plug-vif.js';
import { unplugVif } from '../vif/unplug-vif.js';
import type { Vif } from '../vif/vif.js';

/** The functions of an instance for the interfaces of guests. */
export function vifFunctions(context: LinuxNetContext) {
  return {
    plug: (vif: Vif, options: VifPlugOptions) => plugVif(context, vif, options),
    unplug: (vif: Vif, options?: Omit<VifPlugOptions, 'instanceId'>) => unplugVif(context, vif, options),
  };
}
