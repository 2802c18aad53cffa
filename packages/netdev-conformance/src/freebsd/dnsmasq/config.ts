import { addressText, maskLength } from '../addressing.js';
import { BadLine, linesOf, splitLine } from './config-line.js';
import { type OptionLine, readOption } from './dhcp-options.js';

/** A range of addresses that is served; `static`: hosts that are named only. */
export interface DhcpRange {
  first: string;
  last: string | undefined;
  prefix: number;
  /** Seconds. */
  leaseTime: number;
}

/** What a dnsmasq is told by its configuration. */
export interface DnsmasqConfig {
  interfaces: string[];
  listenAddresses: string[];
  bindInterfaces: boolean;
  domain: string | undefined;
  hostFiles: string[];
  ranges: DhcpRange[];
  options: OptionLine[];
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
  server: /^[0-9a-f.:]+$/,
  'domain-needed': /^$/,
  'bogus-priv': /^$/,
  local: /^\/[\w.-]+\/$/,
  'expand-hosts': /^$/,
  'dhcp-authoritative': /^$/,
  'dhcp-ignore-names': /^tag:\w+$/,
  'dhcp-lease-max': /^\d+$/,
  'quiet-dhcp': /^$/,
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
    ...{ ranges: [], options: [], ignoredNames: [], dhcpHosts: undefined, dhcpOptions: undefined },
    ...{ leases: undefined, script: undefined, tellsRenewals: false },
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
  if (read === undefined) unknown(word);
  else read(config, parts);
}

/** `FIRST,LAST|static,MASK,TIMEs`. */
function readRange(parts: readonly string[]): DhcpRange {
  const [first = '', last = '', mask = '', time = '', ...more] = parts;
  const seconds = /^(\d+)s$/.exec(time)?.[1];
  if (more.length > 0 || seconds === undefined) throw new BadLine('bad dhcp-range');
  return {
    first: address(first),
    last: last === 'static' ? undefined : address(last),
    prefix: maskLength(address(mask)),
    leaseTime: Number(seconds),
  };
}

function address(text: string): NonNullable<ReturnType<typeof addressText>> {
  const found = addressText(text, 'inet');
  if (found === undefined) throw new BadLine('bad option');
  return found;
}
