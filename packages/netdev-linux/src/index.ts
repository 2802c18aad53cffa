import { CONTRACT_VERSION, register } from 'netdev-core';
import { createLinuxNetDev } from './driver/create-driver.js';

register('netdev', 'netdev-linux', { contract: CONTRACT_VERSION, create: createLinuxNetDev });

export { createLinuxNetDev } from './driver/create-driver.js';
export { createIndigoSwitch, type IndigoSwitch } from './ovs/create-indigo-switch.js';
export {
  type BridgeOptions,
  createOpenVSwitch,
  type InterfaceType,
  type OpenVSwitch,
  type OpenVSwitchOptions,
  type PortIds,
  type VifPort,
} from './ovs/create-open-vswitch.js';
export type { Flow, FlowMatch } from './ovs/flow.js';
export type { SwitchBridge, SwitchInterface, SwitchPort } from './ovs/switch-bridge.js';
export type { SwitchFlow } from './ovs/switch-flow.js';
export { toShellCommands } from './shell/to-shell-commands.js';
