import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { isNetDevError, PluginError, UnsupportedError } from '../errors/index.js';
import { checkKind, isPluginName, pluginKinds } from './names.js';
import type { Plugin, PluginKind, PluginKinds } from './plugin.js';
import { registered, registeredNames } from './registry.js';

/** What `auto` means on each platform. */
const defaults: Record<PluginKind, Partial<Record<NodeJS.Platform, string>>> = {
  netdev: { linux: 'netdev-linux', freebsd: 'netdev-freebsd' },
  firewall: { linux: 'firewall-iptables', freebsd: 'firewall-pf' },
  dhcp: { linux: 'dhcp-dnsmasq', freebsd: 'dhcp-dnsmasq' },
};

/** Where and how {@link resolve} looks. */
export interface ResolveOptions {
  /** Left out: `process.platform`. */
  platform?: NodeJS.Platform;
  /** The file or folder whose packages are looked in when netdev-core's own find nothing. Left out: the working directory. */
  from?: string;
  /** Loads a package for its side effect of registering. Left out: dynamic `import()`. */
  load?: (name: string) => Promise<unknown>;
}

/**
 * Finds the plugin of a kind by name and makes a driver with it. `auto` picks by platform: iptables
 * on Linux, pf on FreeBSD. A name that nobody registered is imported as a package, which is
 * expected to register itself; so a configuration file can say `firewall: "my-firewall"`.
 *
 * @throws PluginError (`PLUGIN_NOT_FOUND`: says what is registered and what to install;
 *   `PLUGIN_LOAD_FAILED`: the package broke when it was imported; `PLUGIN_CONTRACT`: it was built for other
 *   contracts), UnsupportedError (`auto` on another platform)
 */
export async function resolve<Kind extends PluginKind>(
  kind: Kind,
  name = 'auto',
  driverOptions: PluginKinds[Kind]['options'] & Record<string, unknown> = {} as never,
  options: ResolveOptions = {},
): Promise<PluginKinds[Kind]['driver']> {
  const plugin = await findPlugin(kind, name, options);
  return plugin.create(driverOptions);
}

/** The plugin that {@link resolve} would use, without making a driver. Same errors. */
export async function findPlugin<Kind extends PluginKind>(
  kind: Kind,
  name = 'auto',
  options: ResolveOptions = {},
): Promise<Plugin<Kind>> {
  checkKind(kind);
  const wanted = name === 'auto' ? defaultName(kind, options.platform ?? process.platform) : name;
  const known = registered(kind, wanted);
  if (known !== undefined) return known;
  await importPackage(kind, wanted, options);
  const loaded = registered(kind, wanted);
  if (loaded !== undefined) return loaded;
  throw registeredOtherwise(kind, wanted);
}

function defaultName(kind: PluginKind, platform: NodeJS.Platform): string {
  const name = defaults[kind][platform];
  if (name !== undefined) return name;
  throw new UnsupportedError({
    operation: `choose a ${kind} plugin for`,
    object: platform,
    detail: 'netdev has none for this platform',
    hint: `name a plugin of your own; there are defaults for ${Object.keys(defaults[kind]).join(' and ')}`,
  });
}

async function importPackage(kind: PluginKind, name: string, { from, load }: ResolveOptions): Promise<void> {
  if (!isPluginName(name))
    throw notFound(kind, name, {
      detail: 'this is no package name',
      hint: 'ask for one that is registered, or for an npm package by its name alone',
    });
  try {
    await (load ?? ((wanted: string) => importFrom(wanted, from)))(name);
  } catch (cause) {
    // Of this copy of the package, or of the one that the plugin was built with.
    if (isNetDevError(cause, 'PLUGIN_CONTRACT')) throw cause;
    if (isMissing(cause, name))
      throw notFound(kind, name, {
        detail: `no such package beside netdev-core, nor for ${from ?? process.cwd()}`,
        hint: `install it (npm install ${name})`,
        cause,
      });
    throw new PluginError('PLUGIN_LOAD_FAILED', {
      operation: `load ${kind} plugin`,
      object: name,
      detail: cause instanceof Error ? cause.message : String(cause),
      hint: `import "${name}" by itself to see where it breaks`,
      cause,
    });
  }
}

async function importFrom(name: string, from = `${process.cwd()}/`): Promise<unknown> {
  try {
    return await import(name);
  } catch (error) {
    if (!isMissing(error, name)) throw error;
    // Package managers that hide packages from each other (pnpm) let only the application see its plugin.
    const path = createRequire(from.startsWith('file:') ? from : pathToFileURL(from)).resolve(name);
    return await import(pathToFileURL(path).href);
  }
}

function isMissing(error: unknown, name: string): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') return false;
  // The second is what Yarn's Plug'n'Play says of a package that nobody declared.
  return [`'${name}'`, `tried to access ${name},`].some((words) => String(message).includes(words));
}

/** Of a package that is there, and is no plugin of this kind and name. */
function registeredOtherwise(kind: PluginKind, name: string): PluginError {
  const others = pluginKinds.filter((each) => registeredNames(each).includes(name));
  return notFound(kind, name, {
    detail:
      others.length > 0
        ? `the package was imported, and is a ${others.join(' and ')} plugin`
        : `the package was imported but registered no ${kind} plugin of this name`,
    hint: 'ask for one that is registered, or see what the package says of its kind and its name',
  });
}

function notFound(
  kind: PluginKind,
  name: unknown,
  { detail, hint, cause }: { detail: string; hint: string; cause?: unknown },
): PluginError {
  const names = registeredNames(kind);
  return new PluginError('PLUGIN_NOT_FOUND', {
    operation: `find ${kind} plugin`,
    object: JSON.stringify(name),
    detail: `${detail}; registered: ${names.length === 0 ? 'none' : names.join(', ')}`,
    hint,
    cause,
  });
}
