export { CONTRACT_VERSION, type Plugin, type PluginKind, type PluginKinds } from './plugin.js';
export { register, registeredNames } from './registry.js';
export { findPlugin, type ResolveOptions, resolve } from './resolve.js';
