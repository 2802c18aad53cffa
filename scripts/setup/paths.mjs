import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root folder of the checkout. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Where the set-up keeps what it knows about earlier runs; it goes away together with node_modules. */
export const stateFolder = join(root, 'node_modules', '.netdev');

/** Where large downloads are kept, for every checkout of the user; an account without a home has them in the checkout. */
export function cacheFolder() {
  const { XDG_CACHE_HOME } = process.env;
  if (XDG_CACHE_HOME) return join(XDG_CACHE_HOME, 'netdev');
  try {
    accessSync(homedir(), constants.W_OK);
    return join(homedir(), '.cache', 'netdev');
  } catch {
    return join(stateFolder, 'cache');
  }
}

const systemFolders = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/bin', '/bin'];

/**
 * The folders to look for programs in. Debian leaves the sbin folders out of an ordinary user's PATH although
 * `ip`, `iptables` and `dnsmasq` live there, so they are added behind whatever the user has.
 * @param {string | undefined} path
 * @returns {string[]}
 */
export function programFolders(path) {
  const own = (path ?? '').split(delimiter).filter((folder) => folder !== '');
  if (process.platform === 'win32') return own;
  return [...own, ...systemFolders.filter((folder) => !own.includes(folder))];
}

/**
 * The environment for the programs that the scripts start.
 * @param {string[]} [first] folders that come before everything else, such as node_modules/.bin
 * @returns {NodeJS.ProcessEnv}
 */
export function programEnvironment(first = []) {
  return { ...process.env, PATH: [...first, ...programFolders(process.env.PATH)].join(delimiter) };
}

/** The same without what npm sets for its scripts: another package manager, or npm elsewhere, would take it for its own settings. */
export function plainEnvironment() {
  const env = programEnvironment();
  for (const name of Object.keys(env))
    if (/^npm_(?!config_(cache|registry|userconfig|cafile))/i.test(name)) delete env[name];
  return env;
}
