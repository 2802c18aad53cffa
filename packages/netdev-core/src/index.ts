export * from './dhcp/index.js';
export * from './errors/index.js';
export * from './firewall/index.js';
export * from './netdev/index.js';
export type { Ensured, OperationOptions } from './operation-options.js';
export * from './plugins/index.js';
export * from './values/index.js';
export { withoutAbsent } from './without-absent.js';
