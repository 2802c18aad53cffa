import type { LinkSpec, NetDevDriver, NetDevOperation } from 'netdev-core';
import { bridgeAll, ipAll, ipJson, sh, shownLink } from './host.js';

/** Where an operation is tried: a namespace with the veth pair a and b, which are up, and a driver in it. */
export interface Place {
  namespace: string;
  driver: NetDevDriver;
}

/**
 * One operation by the driver and by iproute2. Each way ends with `seen`, which has to be what `expected` says: by
 * iproute2 after the driver, by the driver after iproute2.
 */
export interface BothWays {
  /** Lines for iproute2 that come before both ways. */
  before?: string;
  operation: NetDevOperation;
  /** What iproute2 is told in its place, a line each. */
  lines: string;
  /** What iproute2 shows. */
  shown(place: Place): unknown;
  /** What the driver shows. */
  read(place: Place): Promise<unknown>;
  expected: unknown;
}

const mac = '02:00:5e:10:00:0f';

/** Links of every kind, each with what tells it from a plain one. */
function link(spec: LinkSpec, lines: string, detail: (link: Shown) => unknown, read: Reader): BothWays {
  return {
    operation: { do: 'create-link', spec },
    lines,
    shown: ({ namespace }) => [
      shownLink(namespace, 'x').linkinfo.info_kind,
      detail(shownLink(namespace, 'x')),
    ],
    read: async ({ driver }) => {
      const one = await driver.getLink('x');
      const kind = one.kind === 'tap' ? 'tun' : one.kind;
      return [kind, read(one)];
    },
    expected: undefined,
  };
}

// biome-ignore lint/suspicious/noExplicitAny: iproute2's output has no type
type Shown = any;
type Reader = (link: Awaited<ReturnType<NetDevDriver['getLink']>>) => unknown;

export const linksBothWays: Record<LinkSpec['kind'], BothWays> = {
  bridge: {
    ...link(
      { kind: 'bridge', name: 'x', ageingTime: 17 },
      'link add name x type bridge ageing_time 1700',
      (one) => one.linkinfo.info_data.ageing_time / 100,
      (one) => one.bridge?.ageingTime,
    ),
    expected: ['bridge', 17],
  },
  tap: {
    ...link(
      { kind: 'tap', name: 'x', owner: 54_321 },
      'tuntap add dev x mode tap user 54321',
      (one) => [one.linkinfo.info_data.type, one.linkinfo.info_data.user],
      (one) => [one.kind, one.tap?.owner],
    ),
    expected: ['tun', ['tap', 54_321]],
  },
  tun: {
    ...link(
      { kind: 'tun', name: 'x', group: 54_321 },
      'tuntap add dev x mode tun group 54321',
      (one) => [one.linkinfo.info_data.type, one.linkinfo.info_data.group],
      (one) => [one.kind, one.tap?.group],
    ),
    expected: ['tun', ['tun', 54_321]],
  },
  veth: {
    ...link(
      { kind: 'veth', name: 'x', peer: { name: 'y' } },
      'link add name x type veth peer name y',
      (one) => one.link,
      (one) => one.parent,
    ),
    expected: ['veth', 'y'],
  },
  vlan: {
    ...link(
      { kind: 'vlan', name: 'x', parent: 'a', vlanId: 7 },
      'link add link a name x type vlan id 7',
      (one) => [one.link, one.linkinfo.info_data.id],
      (one) => [one.parent, one.vlanId],
    ),
    expected: ['vlan', ['a', 7]],
  },
  vxlan: {
    ...link(
      { kind: 'vxlan', name: 'x', vni: 7, remote: '192.0.2.77' },
      'link add name x type vxlan id 7 remote 192.0.2.77 dstport 4789',
      ({ linkinfo: { info_data: data } }) => [data.id, data.remote, data.port],
      ({ vxlan }) => [vxlan?.vni, vxlan?.remote, vxlan?.port],
    ),
    expected: ['vxlan', [7, '192.0.2.77', 4789]],
  },
  macvlan: {
    ...link(
      { kind: 'macvlan', name: 'x', parent: 'a', mode: 'private' },
      'link add link a name x type macvlan mode private',
      (one) => [one.link, one.linkinfo.info_data.mode],
      (one) => [one.parent, one.macvlan?.mode],
    ),
    expected: ['macvlan', ['a', 'private']],
  },
  macvtap: {
    ...link(
      { kind: 'macvtap', name: 'x', parent: 'a', mode: 'vepa' },
      'link add link a name x type macvtap mode vepa',
      (one) => [one.link, one.linkinfo.info_data.mode],
      (one) => [one.parent, one.macvlan?.mode],
    ),
    expected: ['macvtap', ['a', 'vepa']],
  },
  dummy: {
    ...link(
      { kind: 'dummy', name: 'x' },
      'link add name x type dummy',
      (one) => one.mtu,
      (one) => one.mtu,
    ),
    expected: ['dummy', 1500],
  },
  ifb: {
    ...link(
      { kind: 'ifb', name: 'x' },
      'link add name x type ifb',
      (one) => one.mtu,
      (one) => one.mtu,
    ),
    expected: ['ifb', 1500],
  },
};

const withAddress = 'address add 192.0.2.10/24 dev a';
const addresses: Pick<BothWays, 'shown' | 'read'> = {
  shown: ({ namespace }) =>
    ipJson<Shown>(namespace, '-4', 'address', 'show', 'dev', 'a').flatMap((one) =>
      one.addr_info.map((info: Shown) => `${info.local}/${info.prefixlen}`),
    ),
  read: async ({ driver }) =>
    (await driver.listAddresses({ link: 'a', family: 'ipv4' })).map(({ cidr }) => cidr),
};
const routes: Pick<BothWays, 'shown' | 'read'> = {
  shown: ({ namespace }) =>
    ipJson<Shown>(namespace, '-4', 'route', 'show', 'proto', 'static').map((one) => [
      one.dst,
      one.gateway,
      one.metric,
    ]),
  read: async ({ driver }) =>
    (await driver.listRoutes({ family: 'ipv4' }))
      .filter(({ protocol }) => protocol === 'static')
      .map(({ destination, via, metric }) => [destination, via, metric]),
};
const route = { destination: '203.0.113.0/24', via: '192.0.2.1', metric: 7 };
const withRoute = `${withAddress}
  route add 203.0.113.0/24 via 192.0.2.1 metric 7 proto static`;
const rules: Pick<BothWays, 'shown' | 'read'> = {
  shown: ({ namespace }) =>
    ipJson<Shown>(namespace, 'rule', 'show')
      .filter(({ priority }) => priority === 77)
      .map((one) => [one.src, String(one.table)]),
  read: async ({ driver }) =>
    (await driver.listRoutingRules())
      .filter(({ priority }) => priority === 77)
      .map((one) => [one.from?.split('/')[0], String(one.table)]),
};
const rule = { from: '192.0.2.0/24', table: 77, priority: 77 };
const withRule = 'rule add from 192.0.2.0/24 table 77 priority 77';
const neighbours: Pick<BothWays, 'shown' | 'read'> = {
  shown: ({ namespace }) =>
    ipJson<Shown>(namespace, 'neighbour', 'show', 'dev', 'a', 'nud', 'permanent').map((one) => [
      one.dst,
      one.lladdr,
    ]),
  read: async ({ driver }) =>
    (await driver.listNeighbours({ link: 'a' }))
      .filter(({ state }) => state === 'permanent')
      .map((one) => [one.address, one.mac]),
};
const withNeighbour = `neighbour add 192.0.2.1 lladdr ${mac} dev a nud permanent`;
const inBridge = `link add name br0 type bridge
  link set dev a master br0`;
const entries: Pick<BothWays, 'shown' | 'read'> = {
  shown: ({ namespace }) =>
    (JSON.parse(sh('bridge', '-n', namespace, '-json', 'fdb', 'show', 'dev', 'a')) as Shown[])
      .filter((one) => one.mac === mac)
      .map((one) => [one.master, one.state]),
  read: async ({ driver }) =>
    (await driver.listForwardingEntries({ link: 'a' }))
      .filter((one) => one.mac === mac)
      .map((one) => [one.bridge, one.origin]),
};
const filtering = `link add name br0 type bridge vlan_filtering 1
  link set dev a master br0`;
const vlans: Pick<BothWays, 'shown' | 'read'> = {
  shown: ({ namespace }) =>
    (JSON.parse(sh('bridge', '-n', namespace, '-json', 'vlan', 'show', 'dev', 'a')) as Shown[]).flatMap(
      (one) => one.vlans.map(({ vlan }: Shown) => vlan),
    ),
  read: async ({ driver }) => (await driver.listBridgeVlans({ link: 'a' })).map(({ vlanId }) => vlanId),
};
const exists: Pick<BothWays, 'shown' | 'read'> = {
  shown: ({ namespace }) => shownLink(namespace, 'x') !== undefined,
  read: ({ driver }) => driver.linkExists('x'),
};
const named = (name: string): Pick<BothWays, 'shown' | 'read'> => ({
  shown: () => sh('ip', 'netns', 'list').split(/\s+/).includes(name),
  read: async ({ driver }) => (await driver.listNamespaces()).includes(name),
});

/** What is tested elsewhere the same two ways, because it takes more than a table: a capture of frames, a simulated card. */
export const elsewhere = {
  'announce-address': 'announce.host.test.ts',
  'update-virtual-function': 'sriov.vm.test.ts',
  'create-link': 'linksBothWays',
} as const;

const altNames: Pick<BothWays, 'shown' | 'read'> = {
  shown: ({ namespace }) => shownLink(namespace, 'a').altnames,
  read: async ({ driver }) => (await driver.getLink('a')).altNames,
};

/** Changes of a link that are requests of their own. */
export const changesBothWays: Record<string, BothWays> = {
  'other names of a link': {
    operation: { do: 'update-link', name: 'a', changes: { altNames: ['x', 'a-name-longer-than-others'] } },
    lines: 'link property add dev a altname x altname a-name-longer-than-others',
    ...altNames,
    expected: ['x', 'a-name-longer-than-others'],
  },
  'another name that goes': {
    before: 'link property add dev a altname x altname y',
    operation: { do: 'update-link', name: 'a', changes: { dropAltNames: ['x'] } },
    lines: 'link property del dev a altname x',
    ...altNames,
    expected: ['y'],
  },
};

/** Every operation of the contract but those: the compiler refuses this table when one is missing. */
export const operationsBothWays: Record<Exclude<NetDevOperation['do'], keyof typeof elsewhere>, BothWays> = {
  'update-link': {
    operation: { do: 'update-link', name: 'a', changes: { mtu: 1400, alias: 'far', promiscuous: true } },
    lines: `link set dev a mtu 1400
      link set dev a alias far
      link set dev a promisc on`,
    shown: ({ namespace }) => {
      const { mtu, ifalias, promiscuity } = shownLink(namespace, 'a');
      return [mtu, ifalias, promiscuity === 1];
    },
    read: async ({ driver }) => {
      const { mtu, alias, flags } = await driver.getLink('a');
      return [mtu, alias, flags.has('promiscuous')];
    },
    expected: [1400, 'far', true],
  },
  'delete-link': {
    before: 'link add name x type bridge',
    operation: { do: 'delete-link', name: 'x' },
    lines: 'link delete dev x',
    ...exists,
    expected: false,
  },
  'move-link': {
    before: 'link add name x type veth peer name y',
    operation: { do: 'move-link', name: 'x', namespace: { name: 'both-ways-far' } },
    lines: 'link set dev x netns both-ways-far',
    shown: ({ namespace }) => [
      shownLink(namespace, 'x') !== undefined,
      shownLink('both-ways-far', 'x') !== undefined,
    ],
    read: async ({ driver }) => {
      await using there = await driver.inNamespace({ name: 'both-ways-far' });
      return [await driver.linkExists('x'), await there.linkExists('x')];
    },
    expected: [false, true],
  },
  'add-address': {
    operation: { do: 'add-address', spec: { link: 'a', cidr: '192.0.2.10/24' } },
    lines: withAddress,
    ...addresses,
    expected: ['192.0.2.10/24'],
  },
  'delete-address': {
    before: withAddress,
    operation: { do: 'delete-address', link: 'a', cidr: '192.0.2.10/24' },
    lines: 'address delete 192.0.2.10/24 dev a',
    ...addresses,
    expected: [],
  },
  'add-route': {
    before: withAddress,
    operation: { do: 'add-route', spec: route },
    lines: 'route add 203.0.113.0/24 via 192.0.2.1 metric 7 proto static',
    ...routes,
    expected: [['203.0.113.0/24', '192.0.2.1', 7]],
  },
  'delete-route': {
    before: withRoute,
    operation: { do: 'delete-route', spec: route },
    lines: 'route delete 203.0.113.0/24 metric 7',
    ...routes,
    expected: [],
  },
  'add-routing-rule': {
    operation: { do: 'add-routing-rule', spec: rule },
    lines: withRule,
    ...rules,
    expected: [['192.0.2.0', '77']],
  },
  'delete-routing-rule': {
    before: withRule,
    operation: { do: 'delete-routing-rule', spec: rule },
    lines: 'rule delete priority 77',
    ...rules,
    expected: [],
  },
  'add-neighbour': {
    operation: { do: 'add-neighbour', spec: { link: 'a', address: '192.0.2.1', mac } },
    lines: withNeighbour,
    ...neighbours,
    expected: [['192.0.2.1', mac]],
  },
  'delete-neighbour': {
    before: withNeighbour,
    operation: { do: 'delete-neighbour', link: 'a', address: '192.0.2.1' },
    lines: 'neighbour delete 192.0.2.1 dev a',
    ...neighbours,
    expected: [],
  },
  'add-forwarding-entry': {
    before: inBridge,
    operation: { do: 'add-forwarding-entry', spec: { link: 'a', mac } },
    lines: `bridge fdb add ${mac} dev a master static`,
    ...entries,
    expected: [['br0', 'static']],
  },
  'delete-forwarding-entry': {
    before: `${inBridge}
      bridge fdb add ${mac} dev a master static`,
    operation: { do: 'delete-forwarding-entry', spec: { link: 'a', mac } },
    lines: `bridge fdb delete ${mac} dev a master`,
    ...entries,
    expected: [],
  },
  'add-bridge-vlan': {
    before: filtering,
    operation: { do: 'add-bridge-vlan', spec: { link: 'a', vlanId: 7 } },
    lines: 'bridge vlan add vid 7 dev a',
    ...vlans,
    expected: [1, 7],
  },
  'delete-bridge-vlan': {
    before: filtering,
    operation: { do: 'delete-bridge-vlan', spec: { link: 'a', vlanId: 1 } },
    lines: 'bridge vlan delete vid 1 dev a',
    ...vlans,
    expected: [],
  },
  'set-forwarding': {
    operation: { do: 'set-forwarding', family: 'ipv4', enabled: true },
    lines: 'sysctl -q -w net.ipv4.ip_forward=1',
    shown: ({ namespace }) =>
      sh('ip', 'netns', 'exec', namespace, 'sysctl', '-n', 'net.ipv4.ip_forward').trim() === '1',
    read: ({ driver }) => driver.getForwarding('ipv4'),
    expected: true,
  },
  'create-namespace': {
    operation: { do: 'create-namespace', name: 'both-ways-new' },
    lines: 'netns add both-ways-new',
    ...named('both-ways-new'),
    expected: true,
  },
  'delete-namespace': {
    before: 'netns add both-ways-new',
    operation: { do: 'delete-namespace', name: 'both-ways-new' },
    lines: 'netns delete both-ways-new',
    ...named('both-ways-new'),
    expected: false,
  },
};

/** Lines for iproute2: `bridge` and `sysctl` by their names, else `ip`. */
export function tell(namespace: string, script = ''): void {
  const lines = script.split('\n').map((line) => line.trim());
  const programOf = (line: string) => ['bridge', 'sysctl'].find((name) => line.startsWith(`${name} `));
  while (lines.length > 0) {
    const program = programOf(`${lines[0]}`);
    const others = lines.findIndex((line) => programOf(line) !== program);
    const alike = lines.splice(0, others === -1 ? lines.length : others);
    const words = alike.map((line) => line.replace(`${program} `, ''));
    if (program === 'bridge') bridgeAll(namespace, words.join('\n'));
    else if (program === undefined) ipAll(namespace, words.join('\n'));
    else for (const line of words) sh('ip', 'netns', 'exec', namespace, program, ...line.split(/\s+/));
  }
}
