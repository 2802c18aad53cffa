import { cidrAddress, type IpFamily, networkOf, parseCidr, prefixLength } from 'netdev-core';
import { ruleWords } from '../ruleset/rule-words.js';
import { kernelAddress } from './kernel-address.js';

/** The options of iptables(8) that iptables-save prints before all others, in this order. */
const basics = ['-s', '-d', '-i', '-o', '-p'] as const;
type Basic = (typeof basics)[number];

const otherNames: Readonly<Record<string, string>> = {
  '--source': '-s',
  '--src': '-s',
  '--destination': '-d',
  '--dst': '-d',
  '--in-interface': '-i',
  '--out-interface': '-o',
  '--protocol': '-p',
  '--proto': '-p',
  '--jump': '-j',
  '--goto': '-g',
  '--match': '-m',
  '--source-port': '--sport',
  '--destination-port': '--dport',
};

/** Protocols by number (IANA), as far as iptables has a name for them without /etc/protocols. */
const protocolNames: Readonly<Record<string, string>> = {
  '1': 'icmp',
  '6': 'tcp',
  '17': 'udp',
  '58': 'ipv6-icmp',
  '132': 'sctp',
  icmpv6: 'ipv6-icmp',
};

const portOptions = ['--sport', '--dport'];

/** The match that iptables loads by itself for an option of a protocol. */
const impliedMatches: Readonly<Record<string, { module: string; options: readonly string[] }>> = {
  tcp: { module: 'tcp', options: [...portOptions, '--tcp-flags', '--tcp-option', '--syn'] },
  udp: { module: 'udp', options: portOptions },
  sctp: { module: 'sctp', options: [...portOptions, '--chunk-types'] },
  icmp: { module: 'icmp', options: ['--icmp-type'] },
  'ipv6-icmp': { module: 'icmp6', options: ['--icmpv6-type'] },
};

/** Options that match however far behind the target they stand: no target has any of these names. */
const protocolOptions = new Set(Object.values(impliedMatches).flatMap(({ options }) => options));

/** The order in which connection states are printed (libxt_conntrack of iptables). */
const states = ['INVALID', 'NEW', 'RELATED', 'ESTABLISHED', 'UNTRACKED', 'SNAT', 'DNAT'];

/** Addresses to translate to may be shortened: iptables takes every option's unambiguous beginning. */
const targetOptions: Readonly<Record<string, string>> = {
  'DNAT --to': '--to-destination',
  'SNAT --to': '--to-source',
};

/**
 * A raw rule in the form in which iptables-save prints it, so that what was written is recognised in
 * what the kernel has: addresses with their length, basic options first and in order, the match that a
 * port implies, shortened names in full, quotes where they are needed. What it does not know stays as it is.
 */
export function canonicalRule(rule: string, family: IpFamily): string {
  const found = new Map<Basic, string>();
  const matches: string[] = [];
  const target: string[] = [];
  let inTarget = false;
  let not = '';
  const words = ruleWords(rule);
  for (let index = 0; index < words.length; index++) {
    const word = words[index] as string;
    const option = otherNames[word] ?? word;
    if (option === '!') {
      not = '! ';
    } else if (isBasic(option)) {
      index += 1;
      const value = basicValue(option, words[index] ?? '', family);
      if (value !== undefined) found.set(option, `${not}${option} ${value}`);
      not = '';
    } else {
      if (option === '-m' || protocolOptions.has(option)) inTarget = false;
      if (option === '-j' || option === '-g') inTarget = true;
      (inTarget ? target : matches).push(...(not === '' ? [] : ['!']), option);
      not = '';
    }
  }
  const ordered = basics.flatMap((option) => found.get(option) ?? []);
  return [...ordered, ...matchWords(matches, found.get('-p')), ...targetWords(target, family)].join(' ');
}

function isBasic(option: string): option is Basic {
  return (basics as readonly string[]).includes(option);
}

/** `undefined` for what matches everything and is not printed. */
function basicValue(option: Basic, value: string, family: IpFamily): string | undefined {
  if (option === '-i' || option === '-o') return value;
  if (option === '-p') {
    const name = value.toLowerCase();
    return name === 'all' || name === '0' ? undefined : (protocolNames[name] ?? name);
  }
  try {
    const network = networkOf(parseCidr(value, 'address', family));
    if (prefixLength(network) === 0) return undefined;
    return `${kernelAddress(cidrAddress(network))}/${prefixLength(network)}`;
  } catch {
    return value; // a dotted mask or a name, for iptables to judge
  }
}

function matchWords(words: readonly string[], protocol: string | undefined): string[] {
  const implied = impliedMatches[protocol?.slice('-p '.length) ?? ''];
  const written: string[] = [];
  let isLoaded = false;
  words.forEach((word, index) => {
    const before = words[index - 1];
    if (before === '-m' && word === implied?.module) isLoaded = true;
    if (!isLoaded && implied?.options.includes(word) === true) {
      const negation = written.at(-1) === '!' ? written.splice(-1) : [];
      written.push('-m', implied.module, ...negation);
      isLoaded = true;
    }
    if (word === '--syn') written.push('--tcp-flags', 'FIN,SYN,RST,ACK', 'SYN');
    else written.push(printedValue(before, word));
  });
  return written;
}

/** A value as the match of its option prints it. */
function printedValue(option: string | undefined, word: string): string {
  if (option === '--ctstate' || option === '--state') return inOrder(word);
  if (option === '--mark' && /^\d+$/.test(word)) return `0x${Number(word).toString(16)}`;
  return quoted(word, option);
}

function targetWords(words: readonly string[], family: IpFamily): string[] {
  const [, name = ''] = words;
  const written = words.map((word, index) =>
    index < 2 ? word : (targetOptions[`${name} ${word}`] ?? quoted(word, words[index - 1])),
  );
  if (name === 'REJECT' && words.length === 2)
    written.push('--reject-with', family === 'ipv4' ? 'icmp-port-unreachable' : 'icmp6-port-unreachable');
  return written;
}

function inOrder(list: string): string {
  const given = list.split(',');
  return given.every((state) => states.includes(state))
    ? states.filter((state) => given.includes(state)).join(',')
    : list;
}

/** Free text is quoted unless it is of letters, digits, `_` and `-` only (xtables_save_string of iptables). */
function quoted(word: string, option: string | undefined): string {
  const isFree = option === '--comment' || option?.endsWith('-prefix') === true || option === '--string';
  if (isFree ? /^[\w-]+$/.test(word) : /^[^\s"'\\]+$/.test(word)) return word;
  return `"${word.replace(/["'\\]/g, '\\$&')}"`;
}
