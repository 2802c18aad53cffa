import { isMany } from './parse-translation.js';
import type {
  AnchorRule,
  EtherAnchorRule,
  EtherRule,
  FilterRule,
  Host,
  MacMatch,
  NotHost,
  PortMatch,
  RuleEnd,
  RuleInterface,
  RuleMatch,
  TranslationRule,
} from './rules.js';
import { icmpTypes, portName } from './services.js';

type AnyRule = FilterRule | AnchorRule | TranslationRule | EtherRule | EtherAnchorRule;

/** A rule as pfctl shows it: normalised. Without the rules between the braces of an anchor. */
export function showRule(rule: AnyRule): string {
  switch (rule.kind) {
    case 'filter':
      return showFilter(rule);
    case 'anchor':
      return showAnchor(rule);
    case 'ether':
    case 'ether-anchor':
      return showEther(rule);
    default:
      return showTranslation(rule);
  }
}

/** The rules of an anchor and of those between its braces, one line each. */
export function showAll(rules: readonly AnyRule[], indent = ''): string[] {
  return rules.flatMap((rule) => {
    const text = `${indent}${showRule(rule)}`;
    const inline = rule.kind === 'anchor' || rule.kind === 'ether-anchor' ? rule.inline : undefined;
    return inline === undefined ? [text] : [`${text} {`, ...showAll(inline, `${indent}  `), `${indent}}`];
  });
}

const joined = (...parts: (string | false | undefined)[]): string => parts.filter(Boolean).join(' ');

function showFilter(rule: FilterRule): string {
  const isPass = rule.action === 'pass';
  const showsFlags =
    isPass && rule.state !== 'no' && (rule.protocol === undefined || rule.protocol === 'tcp');
  return joined(
    rule.action,
    !isPass && rule.blockPolicy,
    rule.direction,
    rule.log && 'log',
    rule.quick && 'quick',
    showInterface(rule.interface),
    rule.route,
    showProtocol(rule),
    showEnds(rule),
    rule.user !== undefined && `user = ${rule.user}`,
    rule.flags === undefined ? showsFlags && 'flags S/SA' : `flags ${rule.flags}`,
    showIcmp(rule.icmp),
    isPass && `${rule.state} state`,
    rule.stateOptions.length > 0 && `(${rule.stateOptions.join(', ')})`,
    ...rule.labels.map((label) => `label "${label}"`),
    ...showTags(rule),
    rule.dnpipe !== undefined && `dnpipe ${rule.dnpipe}`,
  );
}

function showAnchor(rule: AnchorRule): string {
  return joined(
    rule.of === 'filter' ? 'anchor' : `${rule.of}-anchor`,
    rule.name !== undefined && `"${rule.name}"`,
    rule.direction,
    rule.quick && 'quick',
    showInterface(rule.interface),
    showProtocol(rule),
    showEnds(rule),
    ...showTags(rule),
  );
}

function showTranslation(rule: TranslationRule): string {
  return joined(
    rule.no && 'no',
    rule.kind,
    rule.pass && 'pass',
    showInterface(rule.interface),
    showProtocol(rule),
    showEnds(rule),
    ...showTags(rule),
    rule.pool !== undefined && showPool(rule.pool),
  );
}

function showPool({ hosts, port, options }: NonNullable<TranslationRule['pool']>): string {
  const [first, ...more] = hosts;
  const roundRobin =
    (more.length > 0 || (first !== undefined && isMany(first))) &&
    !options.some((option) => ['bitmask', 'random', 'source-hash', 'round-robin'].includes(option));
  return joined(
    '->',
    more.length === 0 && first !== undefined ? showHost(first) : `{ ${hosts.map(showHost).join(', ')} }`,
    port !== undefined && `port ${port}`,
    roundRobin && 'round-robin',
    ...options,
  );
}

function showEther(rule: EtherRule | EtherAnchorRule): string {
  return joined(
    'ether',
    rule.kind === 'ether' ? rule.action : 'anchor',
    rule.kind === 'ether-anchor' && rule.name !== undefined && `"${rule.name}"`,
    rule.direction,
    rule.quick && 'quick',
    showInterface(rule.interface),
    rule.protocol !== undefined && `proto 0x${rule.protocol.toString(16).padStart(4, '0')}`,
    rule.from !== undefined && `from ${showMac(rule.from)}`,
    rule.to !== undefined && `to ${showMac(rule.to)}`,
    rule.l3 !== undefined && `l3 from ${showNot(rule.l3.from)} to ${showNot(rule.l3.to)}`,
    ...showTags(rule),
    rule.dnpipe !== undefined && `dnpipe ${rule.dnpipe}`,
  );
}

function showMac({ not, address, mask = '' }: MacMatch): string {
  return `${not ? '! ' : ''}${address}${mask}`;
}

function showInterface(on: RuleInterface | undefined): string | undefined {
  return on && `on ${on.not ? '! ' : ''}${on.name}`;
}

function showProtocol({ family, protocol }: Pick<RuleMatch, 'family' | 'protocol'>): string {
  return joined(family, protocol !== undefined && `proto ${protocol === 'icmp6' ? 'ipv6-icmp' : protocol}`);
}

function showEnds({ from, to }: Pick<RuleMatch, 'from' | 'to'>): string {
  const isAny = ({ host, port, os }: RuleEnd): boolean =>
    host.kind === 'any' && port === undefined && os === undefined;
  return isAny(from) && isAny(to) ? 'all' : `from ${showEnd(from)} to ${showEnd(to)}`;
}

function showEnd(end: RuleEnd): string {
  return joined(showNot(end), end.port && showPorts(end.port), end.os && `os { ${end.os} }`);
}

function showPorts({ first, last }: PortMatch): string {
  return first === last ? `port = ${portName(first)}` : `port ${first}:${last}`;
}

function showNot({ not, host }: NotHost): string {
  return `${not ? '! ' : ''}${showHost(host)}`;
}

export function showHost(host: Host): string {
  switch (host.kind) {
    case 'network': {
      const isHost = host.length === (host.address.includes(':') ? 128 : 32);
      return isHost ? host.address : `${host.address}/${host.length}`;
    }
    case 'range':
      return `${host.first} - ${host.last}`;
    case 'table':
      return `<${host.name}>`;
    case 'dynamic': {
      const name = [host.name, ...host.modifiers].join(':');
      return `(${name})${host.length === undefined ? '' : `/${host.length}`}`;
    }
    default:
      return host.kind;
  }
}

function showIcmp(icmp: FilterRule['icmp']): string | undefined {
  if (icmp === undefined) return undefined;
  const [name = String(icmp.type)] =
    Object.entries(icmpTypes[icmp.protocol]).find(([, type]) => type === icmp.type) ?? [];
  return joined(`${icmp.protocol}-type`, name, icmp.code !== undefined && `code ${icmp.code}`);
}

function showTags({ tag, tagged }: Pick<RuleMatch, 'tag' | 'tagged'>): (string | false)[] {
  return [
    tag !== undefined && `tag ${tag}`,
    tagged !== undefined && `${tagged.not ? '! ' : ''}tagged ${tagged.tag}`,
  ];
}
