export type { NetDevErrorCode } from './codes.js';
export * from './errors.js';
export { isNetDevError, NetDevError, type NetDevErrorDetails } from './netdev-error.js';
