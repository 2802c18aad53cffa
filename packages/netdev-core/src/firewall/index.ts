export { createDeferral, nothingApplied } from './deferral.js';
export type * from './intent.js';
export { createIntentGroups, type GroupPut, type IntentGroups } from './intent-groups.js';
export type * from './manager.js';
export { intentKinds, parseIntent, parseIntentGroup } from './parse-intent.js';
