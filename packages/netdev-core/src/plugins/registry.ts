import { InvalidArgumentError, PluginError } from '../errors/index.js';
import { checkKind, isPluginName } from './names.js';
import { CONTRACT_VERSION, type Plugin, type PluginKind } from './plugin.js';

type Registry = Map<string, Plugin<PluginKind>>;

/** On the global object, so that the ESM and CJS builds and second copies of this package share it. */
const slot = Symbol.for('netdev.registry');

function registry(): Registry {
  const holder = globalThis as { [slot]?: Registry };
  holder[slot] ??= new Map();
  return holder[slot];
}

/**
 * Makes a plugin known under a name, by convention that of its npm package. A platform package
 * does this when it is imported. The same name registered again replaces the former.
 *
 * @throws PluginError (`PLUGIN_CONTRACT`) when it was built for another version of the contracts
 */
export function register<Kind extends PluginKind>(kind: Kind, name: string, plugin: Plugin<Kind>): void {
  checkKind(kind);
  if (!isPluginName(name))
    throw new InvalidArgumentError('name', name, 'a plugin name (spelt like an npm package)');
  checkContract('register', kind, name, plugin);
  registry().set(`${kind} ${name}`, plugin as unknown as Plugin<PluginKind>);
}

/**
 * The plugin of this kind and name, if one is registered.
 *
 * @throws PluginError (`PLUGIN_CONTRACT`) when another copy of this package, which has other contracts, registered it
 */
export function registered<Kind extends PluginKind>(kind: Kind, name: string): Plugin<Kind> | undefined {
  const plugin = registry().get(`${kind} ${name}`) as unknown as Plugin<Kind> | undefined;
  if (plugin !== undefined) checkContract('use', kind, name, plugin);
  return plugin;
}

function checkContract(
  operation: string,
  kind: PluginKind,
  name: string,
  { contract }: { contract?: string },
): void {
  if (major(contract) === major(CONTRACT_VERSION)) return;
  throw new PluginError('PLUGIN_CONTRACT', {
    operation: `${operation} ${kind} plugin`,
    object: name,
    detail: `it was built for contract ${contract ?? '(it says none)'}, this netdev-core has ${CONTRACT_VERSION}`,
    hint: `install a version of ${name} that goes with this netdev-core`,
  });
}

/** The names registered for a kind, sorted. */
export function registeredNames(kind: PluginKind): string[] {
  return [...registry().keys()]
    .filter((key) => key.startsWith(`${kind} `))
    .map((key) => key.slice(kind.length + 1))
    .sort();
}

function major(version: string | undefined): string | undefined {
  return /^(\d+)\.\d+/.exec(String(version))?.[1];
}
