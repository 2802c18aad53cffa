import { addressText } from '../addressing.js';
import { type ClientClass, classReaders, readClass } from './client-classes.js';
import { BadLine, linesOf, splitLine } from './config-line.js';
import { type OptionLine, readOption } from './dhcp-options.js';
import { type DhcpRange, readRange } from './range.js';

/** What a dnsmasq is told by its configuration. */
export interface DnsmasqConfig {
  interfaces: string[];
  listenAddresses: string[];
  bindInterfaces: boolean;
  domain: string | undefined;
  hostFiles: string[];
  ranges: DhcpRange[];
  options: OptionLine[];
  classes: ClientClass[];
  /** Only hosts that are named are answered. */
  ignoresUnknown: boolean;
  /** Names that no client gets. */
  ignoredNames: string[];
  dhcpHosts: string | undefined;
  dhcpOptions: string | undefined;
  leases: string | undefined;
  script: string | undefined;
  tellsRenewals: boolean;
}

/** A word that says something which nothing here depends on, and the form of its value. */
const passedOver: Readonly<Record<string, RegExp>> = {
  'except-interface': /^[\w.-]{1,15}$/,
  'no-hosts': /^$/,
  'no-resolv': /^$/,
  'no-poll': /^$/,
  'pid-file': /^$/,
  server: /^(?:\/[\w.-]+\/)?[0-9a-f.:]+$/,
  'domain-needed': /^$/,
  'bogus-priv': /^$/,
  local: /^\/[\w.-]+\/$/,
  'expand-hosts': /^$/,
  'dhcp-authoritative': /^$/,
  'dhcp-ignore-names': /^tag:[\w.]+$/,
  'dhcp-lease-max': /^\d+$/,
  'dhcp-boot': /^(?:tag:[\w.-]+,)*[^,]+(?:,[^,]*,[0-9.]+)?$/,
  'enable-tftp': /^$/,
  'tftp-root': /^\/[^,]*$/,
  'enable-ra': /^$/,
  'ra-param': /^[\w.-]{1,15},\d+(?:,\d+)?$/,
  'quiet-dhcp': /^$/,
  'quiet-dhcp6': /^$/,
  'quiet-ra': /^$/,
  'log-facility': /^-$/,
};

type Reader = (config: DnsmasqConfig, parts: readonly string[]) => void;

const path = (parts: readonly string[]): string => {
  const [value = '', ...more] = parts;
  if (more.length > 0 || !value.startsWith('/')) throw new BadLine('bad option');
  return value;
};

/** The words that matter, each as dnsmasq(8) has it. */
const readers: Readonly<Record<string, Reader>> = {
  interface: (config, parts) => config.interfaces.push(...parts),
  'listen-address': (config, parts) => config.listenAddresses.push(...parts.map(address)),
  'bind-interfaces': (config) => {
    config.bindInterfaces = true;
  },
  domain: (config, [name]) => {
    config.domain = name;
  },
  'addn-hosts': (config, parts) => config.hostFiles.push(path(parts)),
  'dhcp-range': (config, parts) => config.ranges.push(readRange(parts)),
  'dhcp-option': (config, parts) => config.options.push(readOption(parts)),
  'dhcp-option-force': (config, parts) => config.options.push(readOption(parts)),
  'dhcp-ignore': (config, parts) => {
    if (parts.join(',') !== 'tag:!known') throw new BadLine('bad option');
    config.ignoresUnknown = true;
  },
  'dhcp-name-match': (config, parts) => config.ignoredNames.push(...parts.slice(-1)),
  'dhcp-hostsfile': (config, parts) => {
    config.dhcpHosts = path(parts);
  },
  'dhcp-optsfile': (config, parts) => {
    config.dhcpOptions = path(parts);
  },
  'dhcp-leasefile': (config, parts) => {
    config.leases = path(parts);
  },
  'dhcp-script': (config, parts) => {
    config.script = path(parts);
  },
  'script-on-renewal': (config) => {
    config.tellsRenewals = true;
  },
};

/** A line that dnsmasq refuses, in its words. */
export interface Refusal {
  detail: string;
  number: number;
}

/** Reads a configuration. `unknown` is told of a word that is not known here, and ends it. */
export function readConfig(text: string, unknown: (word: string) => never): DnsmasqConfig | Refusal {
  const config: DnsmasqConfig = {
    ...{ interfaces: [], listenAddresses: [], bindInterfaces: false, domain: undefined, hostFiles: [] },
    ...{ ranges: [], options: [], classes: [], ignoresUnknown: false, ignoredNames: [] },
    ...{ dhcpHosts: undefined, dhcpOptions: undefined, leases: undefined },
    ...{ script: undefined, tellsRenewals: false },
  };
  for (const { line, number } of linesOf(text)) {
    try {
      readLine(config, line, unknown);
    } catch (error) {
      if (error instanceof BadLine) return { detail: error.message, number };
      throw error;
    }
  }
  return config;
}

function readLine(config: DnsmasqConfig, line: string, unknown: (word: string) => never): void {
  const { word, parts } = splitLine(line);
  const form = Object.hasOwn(passedOver, word) ? passedOver[word] : undefined;
  if (form !== undefined) {
    if (!form.test(parts.join(','))) throw new BadLine('bad option');
    return;
  }
  const read = Object.hasOwn(readers, word) ? readers[word] : undefined;
  if (read !== undefined) read(config, parts);
  else if (Object.hasOwn(classReaders, word)) config.classes.push(readClass(word, parts));
  else unknown(word);
}

function address(text: string): string {
  const found = addressText(text, text.includes(':') ? 'inet6' : 'inet');
  if (found === undefined) throw new BadLine('bad option');
  return found;
}
