export { createGuestPorts, type GuestPorts } from './guest-ports.js';
export type * from './intent.js';
export type * from './manager.js';
export { intentKinds, parseIntent, parseIntentGroup } from './parse-intent.js';
