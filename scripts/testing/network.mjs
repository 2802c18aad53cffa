import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../setup/run.mjs';

/**
 * What the machine's own network looks like, one text a section.
 * @typedef {Record<string, string>} NetworkDump
 */

const isRoot = process.getuid?.() === 0;

// Counters and clocks run on while nobody changes anything. They are left out, and nothing else is.
const runningFields = /_timer$|^(?:valid|preferred)_life_time$|^expires$|^used$|^stats(?:64)?$/;

/**
 * JSON of `ip -json` without what changes by itself, one object a line.
 * @param {string} json
 */
export function withoutClocks(json) {
  const objects = JSON.parse(json.trim() === '' ? '[]' : json);
  return objects
    .map((/** @type {unknown} */ object) =>
      JSON.stringify(object, (key, value) => (runningFields.test(key) ? undefined : value)),
    )
    .join('\n');
}

/**
 * Rules as iptables-save or `nft list ruleset` print them, without comments (they hold the time) and counters.
 * @param {string} rules
 */
export function withoutCounters(rules) {
  return rules
    .split('\n')
    .filter((line) => !line.startsWith('#') && line.trim() !== '')
    .map((line) =>
      line
        .replace(/\[\d+:\d+\]/g, '')
        .replace(/counter packets \d+ bytes \d+/g, 'counter')
        .trimEnd(),
    )
    .join('\n');
}

const ipCommands = [
  'link',
  'address',
  '-4 route show table all',
  '-6 route show table all',
  '-4 rule',
  '-6 rule',
  '-4 neighbour show nud permanent',
  '-6 neighbour show nud permanent',
  '-4 neighbour show proxy',
  '-6 neighbour show proxy',
];

// Only root may read rules. The legacy programs make a table when they list it, so they are asked only for tables that
// the machine has; the others print without making anything.
const ruleCommands = [
  'iptables-nft-save',
  'ip6tables-nft-save',
  'ebtables-nft-save',
  'nft --stateless list ruleset',
];
const legacyCommands = [
  { command: 'iptables-legacy-save', names: '/proc/net/ip_tables_names' },
  { command: 'ip6tables-legacy-save', names: '/proc/net/ip6_tables_names' },
];

/** Settings of the machine's own network namespace; flow and route caches are not settings and not among them. */
const settingFolders = ['/proc/sys/net/ipv4/conf', '/proc/sys/net/ipv6/conf', '/proc/sys/net/bridge'];

/** @param {string} folder @returns {string[]} */
function settingsBelow(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return settingsBelow(path);
    try {
      return [`${path} = ${readFileSync(path, 'utf8').trim()}`];
    } catch {
      return []; // write-only, or a secret that was never set
    }
  });
}

/** @param {string} file */
function textOf(file) {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return '';
  }
}

/** @param {string} commandLine @param {(output: string) => string} clean */
async function dumpOf(commandLine, clean) {
  const [command = '', ...args] = commandLine.split(' ');
  const { status, output } = await run(command, args);
  if (status !== 0) throw new Error(`${commandLine}: exit status ${status}\n${output}`);
  return clean(output);
}

/** @returns {Promise<NetworkDump>} */
export async function dumpNetwork() {
  /** @type {NetworkDump} */
  const dump = {};
  for (const command of ipCommands)
    dump[`ip ${command}`] = await dumpOf(`ip -json -details ${command}`, withoutClocks);
  dump['named network namespaces'] = existsSync('/run/netns') ? readdirSync('/run/netns').join('\n') : '';
  dump.settings = settingFolders.flatMap(settingsBelow).join('\n');
  if (isRoot) {
    for (const command of ruleCommands) dump[command] = await dumpOf(command, withoutCounters);
    for (const { command, names } of legacyCommands) {
      dump[names] = textOf(names);
      dump[command] = dump[names] === '' ? '' : await dumpOf(command, withoutCounters);
    }
  }
  return dump;
}

/** @param {string | undefined} text */
function linesOf(text) {
  return text === undefined || text === '' ? [] : text.split('\n');
}

/**
 * The lines that only one of two dumps has, marked - and + under the name of their section; empty if they are equal.
 * @param {NetworkDump} before
 * @param {NetworkDump} after
 */
export function differences(before, after) {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((section) => {
    if (before[section] === after[section]) return [];
    const [old, now] = [linesOf(before[section]), linesOf(after[section])];
    const lines = [
      ...old.filter((line) => !now.includes(line)).map((line) => `- ${line}`),
      ...now.filter((line) => !old.includes(line)).map((line) => `+ ${line}`),
    ];
    return [`${section}:`, ...(lines.length > 0 ? lines : ['  the same lines in another order or number'])];
  });
}
