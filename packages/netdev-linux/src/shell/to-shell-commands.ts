import {
  type AddressSpec,
  type LinkChanges,
  type LinkSpec,
  linkSettings,
  type NamespaceRef,
  type NetDevOperation,
  type NextHopSpec,
  type RouteSpec,
  type VethSpec,
} from 'netdev-core';
import { namespacePath } from 'netdev-exec';
import { bridgeVlan } from './bridge-vlan-words.js';
import { bridgeWords, portWords } from './bridge-words.js';
import { addForwardingEntry, forwardingEntryWords } from './forwarding-entry-words.js';
import { routingRule } from './routing-rule-words.js';
import { macvlanWords, setMacvlanSources, tapWords, vxlanChangeWords, vxlanWords } from './tunnel-words.js';

/**
 * The commands that a person would type for one operation, each as its words: iproute2's (ip-link(8),
 * ip-address(8), ip-route(8), ip-rule(8), ip-neighbour(8), ip-netns(8), bridge(8)), sysctl(8) and arping(8). For showing; the driver itself
 * speaks netlink.
 */
export function toShellCommands(operation: NetDevOperation, namespace?: NamespaceRef): string[][] {
  return commandsOf(operation).map((words) => [...enter(namespace), ...words]);
}

function commandsOf(operation: NetDevOperation): string[][] {
  switch (operation.do) {
    case 'create-link':
      return createLink(operation.spec);
    case 'update-link':
      return updateLink(operation.name, operation.changes);
    case 'delete-link':
      return [['ip', 'link', 'delete', 'dev', operation.name]];
    case 'move-link':
      return [['ip', 'link', 'set', 'dev', operation.name, 'netns', netns(operation.namespace)]];
    case 'add-address':
      return [addAddress(operation.spec)];
    case 'delete-address':
      return [['ip', 'address', 'delete', operation.cidr, 'dev', operation.link]];
    case 'add-route':
      // iproute2 would call it boot (ip-route(8)), the driver calls it static.
      return [
        [
          'ip',
          ...family(operation.spec),
          'route',
          'replace',
          ...route({ protocol: 'static', ...operation.spec }),
        ],
      ];
    case 'delete-route':
      return [['ip', ...family(operation.spec), 'route', 'delete', ...route(operation.spec)]];
    case 'add-routing-rule':
      return [routingRule('add', operation.spec)];
    case 'delete-routing-rule':
      return [routingRule('delete', operation.spec)];
    case 'add-neighbour': {
      const { link, address, mac } = operation.spec;
      return [['ip', 'neighbour', 'replace', address, 'lladdr', mac, 'dev', link, 'nud', 'permanent']];
    }
    case 'delete-neighbour':
      return [['ip', 'neighbour', 'delete', operation.address, 'dev', operation.link]];
    case 'add-forwarding-entry':
      return [addForwardingEntry(operation.spec)];
    case 'delete-forwarding-entry':
      return [['bridge', 'fdb', 'delete', ...forwardingEntryWords(operation.spec)]];
    case 'add-bridge-vlan':
      return [bridgeVlan('add', operation.spec)];
    case 'delete-bridge-vlan':
      return [bridgeVlan('delete', operation.spec)];
    case 'set-forwarding': {
      const name = operation.family === 'ipv4' ? 'net.ipv4.ip_forward' : 'net.ipv6.conf.all.forwarding';
      return [['sysctl', '-w', `${name}=${operation.enabled ? 1 : 0}`]];
    }
    case 'announce-address':
      return [announce(operation)];
    case 'update-virtual-function':
      return [virtualFunction(operation)];
    case 'create-namespace':
      return [['ip', 'netns', 'add', operation.name]];
    case 'delete-namespace':
      return [['ip', 'netns', 'delete', operation.name]];
  }
}

function createLink(spec: LinkSpec): string[][] {
  const { kind, name } = spec;
  if (kind === 'tap' || kind === 'tun') {
    const flags = [
      ...(spec.owner === undefined ? [] : ['user', String(spec.owner)]),
      ...(spec.group === undefined ? [] : ['group', String(spec.group)]),
      ...(spec.multiQueue === true ? ['multi_queue'] : []),
    ];
    return [
      ['ip', 'tuntap', 'add', 'dev', name, 'mode', kind, ...flags],
      ...updateLink(name, settingsOf(spec)),
    ];
  }
  const parent = 'parent' in spec && kind !== 'vxlan' ? ['link', spec.parent] : [];
  return [
    ['ip', 'link', 'add', ...parent, 'name', name, 'type', kind, ...typeWords(spec)],
    ...(kind === 'macvlan' || kind === 'macvtap' ? setMacvlanSources(spec) : []).map((words) =>
      setType(name, kind, words),
    ),
    ...updateLink(name, settingsOf(spec)),
    ...(kind === 'veth' ? peerCommands(spec.peer) : []),
  ];
}

function setType(name: string, kind: string, words: readonly string[]): string[] {
  return ['ip', 'link', 'set', 'dev', name, 'type', kind, ...words];
}

function typeWords(spec: LinkSpec): string[] {
  switch (spec.kind) {
    case 'bridge':
      return bridgeWords(spec);
    case 'vlan':
      return [
        ...(spec.vlanProtocol === undefined ? [] : ['protocol', spec.vlanProtocol]),
        ...['id', String(spec.vlanId)],
      ];
    case 'vxlan':
      return vxlanWords(spec);
    case 'macvlan':
    case 'macvtap':
      return macvlanWords({ mode: 'bridge', ...spec });
    case 'veth': {
      const { name, mac, mtu, namespace } = spec.peer;
      return [
        'peer',
        'name',
        name,
        ...(mac === undefined ? [] : ['address', mac]),
        ...(mtu === undefined ? [] : ['mtu', String(mtu)]),
        ...(namespace === undefined ? [] : ['netns', netns(namespace)]),
      ];
    }
    default:
      return [];
  }
}

function peerCommands({ name, up, namespace }: VethSpec['peer']): string[][] {
  return up === true ? [[...enter(namespace), 'ip', 'link', 'set', 'dev', name, 'up']] : [];
}

/** Out of the spanning tree first: within it the kernel takes no short delay. */
function bridgeChanges(changes: LinkChanges['bridge'] = {}): string[][] {
  const { stp, ...rest } = changes;
  const parts = stp === false && rest.forwardDelay !== undefined ? [{ stp }, rest] : [changes];
  return parts.map(bridgeWords).filter((words) => words.length > 0);
}

function updateLink(name: string, changes: LinkChanges): string[][] {
  const set = (...words: string[]): string[] => ['ip', 'link', 'set', 'dev', name, ...words];
  const renamed = changes.name ?? name;
  const port = portWords(changes);
  return [
    ...(changes.mac === undefined ? [] : [set('address', changes.mac)]),
    ...(changes.mtu === undefined ? [] : [set('mtu', String(changes.mtu))]),
    ...(changes.alias === undefined ? [] : [set('alias', changes.alias)]),
    ...(changes.promiscuous === undefined ? [] : [set('promisc', onOff(changes.promiscuous))]),
    ...(changes.allMulticast === undefined ? [] : [set('allmulticast', onOff(changes.allMulticast))]),
    ...bridgeChanges(changes.bridge).map((words) => setType(name, 'bridge', words)),
    ...(changes.vxlan === undefined ? [] : [setType(name, 'vxlan', vxlanChangeWords(changes.vxlan))]),
    ...(changes.tap === undefined ? [] : [tapWords(name, changes.tap)]),
    ...(changes.macvlan === undefined
      ? []
      : [macvlanWords(changes.macvlan), ...setMacvlanSources(changes.macvlan)]
          .filter((words) => words.length > 0)
          .map((words) => setType(name, changes.macvlan?.kind ?? 'macvlan', words))),
    ...(changes.master === undefined
      ? []
      : [changes.master === null ? set('nomaster') : set('master', changes.master)]),
    ...(port.length === 0 ? [] : [set('type', 'bridge_slave', ...port)]),
    ...property('del', name, changes.dropAltNames),
    ...(changes.name === undefined ? [] : [set('name', changes.name)]),
    ...property('add', renamed, changes.altNames),
    ...(changes.up === undefined ? [] : [['ip', 'link', 'set', 'dev', renamed, changes.up ? 'up' : 'down']]),
  ];
}

/** Other names of a link, by ip-link(8). */
function property(verb: 'add' | 'del', link: string, altNames: readonly string[] = []): string[][] {
  if (altNames.length === 0) return [];
  return [['ip', 'link', 'property', verb, 'dev', link, ...altNames.flatMap((name) => ['altname', name])]];
}

/** What the making of a link does not say yet: the settings of its kind are in the words of its type. */
function settingsOf(spec: LinkSpec): LinkChanges {
  const { bridge: _, vxlan: __, macvlan: ___, tap: ____, ...settings } = linkSettings(spec);
  return settings;
}

function addAddress(spec: Extract<NetDevOperation, { do: 'add-address' }>['spec']): string[] {
  const ipv6 = spec.cidr.includes(':');
  const broadcast =
    spec.broadcast === undefined
      ? ipv6 || spec.peer !== undefined
        ? []
        : ['broadcast', '+']
      : spec.broadcast === null
        ? []
        : ['broadcast', spec.broadcast];
  return [
    'ip',
    'address',
    'replace',
    ...localWords(spec),
    ...broadcast,
    'dev',
    spec.link,
    ...(spec.scope === undefined ? [] : ['scope', spec.scope]),
    ...(spec.label === undefined ? [] : ['label', spec.label]),
    ...(spec.skipDuplicateDetection === true ? ['nodad'] : []),
    ...(spec.noPrefixRoute === true ? ['noprefixroute'] : []),
    ...(spec.validLifetime === undefined ? [] : ['valid_lft', String(spec.validLifetime)]),
    ...(spec.preferredLifetime === undefined ? [] : ['preferred_lft', String(spec.preferredLifetime)]),
  ];
}

function route(spec: RouteSpec): string[] {
  return [
    ...(spec.kind === undefined || spec.kind === 'unicast' ? [] : [spec.kind]),
    /^(?:0\.0\.0\.0|::)\/0$/.test(spec.destination) ? 'default' : spec.destination,
    ...(spec.via === undefined ? [] : ['via', spec.via]),
    ...(spec.link === undefined ? [] : ['dev', spec.link]),
    ...(spec.source === undefined ? [] : ['src', spec.source]),
    ...(spec.metric === undefined ? [] : ['metric', String(spec.metric)]),
    ...(spec.table === undefined ? [] : ['table', String(spec.table)]),
    ...(spec.scope === undefined ? [] : ['scope', spec.scope]),
    ...(spec.protocol === undefined ? [] : ['proto', spec.protocol]),
    ...(spec.mtu === undefined ? [] : ['mtu', String(spec.mtu)]),
    ...(spec.onLink === true ? ['onlink'] : []),
    ...(spec.nextHops ?? []).flatMap(nextHopWords),
  ];
}

function nextHopWords({ via, link, weight, onLink }: NextHopSpec): string[] {
  return [
    'nexthop',
    ...(via === undefined ? [] : ['via', via]),
    ...(link === undefined ? [] : ['dev', link]),
    ...(weight === undefined ? [] : ['weight', String(weight)]),
    ...(onLink === true ? ['onlink'] : []),
  ];
}

function family({ destination, via, source, nextHops = [] }: RouteSpec): string[] {
  return [destination, via, source, ...nextHops.map((hop) => hop.via)].some((text) => text?.includes(':'))
    ? ['-6']
    : [];
}

function announce({ link, address, count }: Extract<NetDevOperation, { do: 'announce-address' }>): string[] {
  // arping(8) has no IPv6; ndsend(8), of Debian's vzctl and ndisc6's kin, sends the unsolicited advertisement.
  return address.includes(':')
    ? ['ndsend', address, link]
    : ['arping', '-U', '-c', String(count), '-I', link, address];
}

function virtualFunction({
  parent,
  index,
  changes,
}: Extract<NetDevOperation, { do: 'update-virtual-function' }>): string[] {
  const { mac, vlanId, trust, spoofCheck, linkState } = changes;
  return [
    ...['ip', 'link', 'set', 'dev', parent, 'vf', String(index)],
    ...(mac === undefined ? [] : ['mac', mac]),
    ...(vlanId === undefined ? [] : ['vlan', String(vlanId)]),
    ...(spoofCheck === undefined ? [] : ['spoofchk', onOff(spoofCheck)]),
    ...(linkState === undefined ? [] : ['state', linkState]),
    ...(trust === undefined ? [] : ['trust', onOff(trust)]),
  ];
}

function enter(namespace: NamespaceRef | undefined): string[] {
  if (namespace === undefined) return [];
  return 'name' in namespace
    ? ['ip', 'netns', 'exec', namespace.name]
    : ['nsenter', `--net=${namespacePath(namespace)}`];
}

function netns(namespace: NamespaceRef): string {
  if ('name' in namespace) return namespace.name;
  return 'pid' in namespace ? String(namespace.pid) : namespace.path;
}

function onOff(value: boolean): string {
  return value ? 'on' : 'off';
}

/** With a peer, the prefix length is written behind that one (ip-address(8)). */
function localWords({ cidr, peer }: Pick<AddressSpec, 'cidr' | 'peer'>): string[] {
  const [own = '', length = ''] = cidr.split('/');
  return peer === undefined ? [cidr] : [own, 'peer', `${peer}/${length}`];
}
