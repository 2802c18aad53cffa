import { CONTRACT_VERSION, register } from 'netdev-core';
import { createLinuxNetDev } from './driver/create-driver.js';

register('netdev', 'netdev-linux', { contract: CONTRACT_VERSION, create: createLinuxNetDev });

export { createLinuxNetDev } from './driver/create-driver.js';
export { toShellCommands } from './shell/to-shell-commands.js';
