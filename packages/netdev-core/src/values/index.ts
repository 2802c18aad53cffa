export * from './cidr.js';
export * from './host-name.js';
export * from './interface-name.js';
export * from './ip-address.js';
export * from './key.js';
export * from './mac-address.js';
export * from './numbers.js';
export * from './pci-address.js';
