export type * from './intent.js';
export type * from './manager.js';
export { intentKinds, parseIntent, parseIntentGroup } from './parse-intent.js';
