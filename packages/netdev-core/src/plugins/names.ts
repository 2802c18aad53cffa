import { InvalidArgumentError } from '../errors/index.js';
import type { PluginKind } from './plugin.js';

const kinds: Readonly<Record<PluginKind, true>> = { netdev: true, firewall: true, dhcp: true };

export const pluginKinds = Object.keys(kinds) as readonly PluginKind[];

/** @throws InvalidArgumentError for what a caller without types, such as a configuration file, may have put in its place */
export function checkKind(kind: unknown): void {
  if (typeof kind !== 'string' || !Object.hasOwn(kinds, kind))
    throw new InvalidArgumentError('kind', kind, `a kind of plugin: ${pluginKinds.join(', ')}`);
}

/** Whether a plugin can be called so: as npm packages are, with nothing of a path. */
export function isPluginName(name: unknown): name is string {
  return typeof name === 'string' && /^(?:@[a-z0-9-~][a-z0-9-._~]*\/)?[a-z0-9-~][a-z0-9-._~]*$/.test(name);
}
