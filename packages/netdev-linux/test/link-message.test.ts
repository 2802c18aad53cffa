import { describe, expect, it } from 'vitest';
import {
  decodeLink,
  encodeLink,
  IFF,
  type LinkMessage,
  NetlinkDecodeError,
  RTM,
} from '../src/netlink/index.js';
import { bytesOfHex, colons, hexOf, readByIproute2, recorded } from './recorded-messages.js';

interface Iproute2Link {
  ifindex: number;
  ifname: string;
  flags: string[];
  mtu: number;
  address?: string;
  operstate: string;
  master?: string;
  link?: string;
  link_index?: number;
  link_netnsid?: number;
  ifalias?: string;
  linkinfo?: {
    info_kind: string;
    info_data?: Record<string, unknown>;
    info_slave_kind?: string;
    info_slave_data?: Record<string, unknown>;
  };
  stats64: { rx: Record<string, number>; tx: Record<string, number> };
}

const links = recorded('links')
  .messages.filter(({ type }) => type === RTM.NEWLINK)
  .map(({ payload }) => decodeLink(payload));
const readings = readByIproute2<Iproute2Link>('links');
const nameOf = (index: number | undefined) => links.find((link) => link.index === index)?.name;
const named = (name: string): LinkMessage => {
  const link = links.find((each) => each.name === name);
  if (link === undefined) throw new Error(`${name} was not recorded`);
  return link;
};

describe('recorded links', () => {
  it('are all there, in order', () => {
    expect(links.map(({ name }) => name)).toEqual(readings.map(({ ifname }) => ifname));
    expect(links.length).toBeGreaterThan(8);
  });

  it.each(readings.map((reading) => [reading.ifname, reading] as const))(
    '%s is read as iproute2 does',
    (name, reading) => {
      const link = named(name);
      const below = link.linkNamespaceId === undefined ? nameOf(link.link) : undefined;
      expect({
        ifindex: link.index,
        mtu: link.mtu,
        address: link.address && colons(link.address),
        master: nameOf(link.master),
        link: below,
        link_netnsid: link.linkNamespaceId,
        ifalias: link.alias,
        kind: link.info?.kind,
        portKind: link.info?.portKind,
      }).toEqual({
        ifindex: reading.ifindex,
        mtu: reading.mtu,
        address: reading.address,
        master: reading.master,
        link: reading.link,
        link_netnsid: reading.link_netnsid,
        ifalias: reading.ifalias,
        kind: reading.linkinfo?.info_kind,
        portKind: reading.linkinfo?.info_slave_kind,
      });
      const flags = [
        'UP',
        'BROADCAST',
        'LOOPBACK',
        'POINTOPOINT',
        'NOARP',
        'PROMISC',
        'ALLMULTI',
        'MULTICAST',
        'LOWER_UP',
      ] as const;
      expect(flags.filter((flag) => ((link.flags ?? 0) & IFF[flag]) !== 0).sort()).toEqual(
        reading.flags.filter((flag) => flags.includes(flag as never)).sort(),
      );
      const operStates = ['UNKNOWN', 'NOTPRESENT', 'DOWN', 'LOWERLAYERDOWN', 'TESTING', 'DORMANT', 'UP'];
      expect(operStates[link.operState ?? -1]).toBe(reading.operstate);
    },
  );

  it('tell what their kind adds', () => {
    const data = (name: string) => readings.find(({ ifname }) => ifname === name)?.linkinfo?.info_data ?? {};
    const { bridge } = named('br0').info ?? {};
    expect({
      forward_delay: bridge?.forwardDelay,
      hello_time: bridge?.helloTime,
      max_age: bridge?.maxAge,
      ageing_time: bridge?.ageingTime,
      stp_state: bridge?.stpState,
      priority: bridge?.priority,
      mcast_snooping: Number(bridge?.multicastSnooping),
    }).toEqual(
      pick(data('br0'), [
        'forward_delay',
        'hello_time',
        'max_age',
        'ageing_time',
        'stp_state',
        'priority',
        'mcast_snooping',
      ]),
    );

    const { tun } = named('tap0').info ?? {};
    expect({
      type: 'tap',
      pi: tun?.packetInformation,
      vnet_hdr: tun?.virtioHeader,
      multi_queue: tun?.multiQueue,
      persist: tun?.persist,
      group: tun?.group,
    }).toEqual(pick(data('tap0'), ['type', 'pi', 'vnet_hdr', 'multi_queue', 'persist', 'group']));
    expect(tun).toMatchObject({ type: 2, owner: 1000 });
    expect(named('tun0').info?.tun).toMatchObject({ type: 1, multiQueue: false });

    const { vxlan } = named('vx0').info ?? {};
    expect({
      id: vxlan?.id,
      local: [...(vxlan?.local ?? [])].join('.'),
      port: vxlan?.port,
      ttl: vxlan?.ttl,
      ageing: vxlan?.ageing,
      learning: vxlan?.learning,
    }).toEqual(pick(data('vx0'), ['id', 'local', 'port', 'ttl', 'ageing', 'learning']));
    expect(named('mv0').info?.macvlan?.mode).toBe(4);
    expect(named('mt0').info?.macvlan?.mode).toBe(2);
  });

  it('tell how a port stands in its bridge', () => {
    const port = readings.find(({ ifname }) => ifname === 'v0')?.linkinfo?.info_slave_data ?? {};
    const { bridgePort } = named('v0').info ?? {};
    expect({
      priority: bridgePort?.priority,
      cost: bridgePort?.cost,
      hairpin: bridgePort?.hairpin,
      guard: bridgePort?.guard,
      fastleave: bridgePort?.fastLeave,
      learning: bridgePort?.learning,
      flood: bridgePort?.unicastFlood,
    }).toEqual(pick(port, ['priority', 'cost', 'hairpin', 'guard', 'fastleave', 'learning', 'flood']));
  });

  it('count no more than a moment later, and something', () => {
    for (const { ifname, stats64 } of readings) {
      const { counters } = named(ifname);
      expect(Number(counters?.rxBytes)).toBeLessThanOrEqual(stats64.rx.bytes ?? -1);
      expect(Number(counters?.txPackets)).toBeLessThanOrEqual(stats64.tx.packets ?? -1);
    }
    expect(Number(named('v1').counters?.txBytes)).toBeGreaterThan(40);
  });

  it('come back the same when written and read again', () => {
    for (const link of links) expect(decodeLink(encodeLink(link))).toEqual(link);
  });
});

describe('a request', () => {
  it('for a vlan is laid out as linux/if_link.h says', () => {
    const bytes = encodeLink({ name: 'v5', link: 3, info: { kind: 'vlan', vlan: { id: 5 } } });
    expect(hexOf(bytes)).toBe(
      [
        '00000000000000000000000000000000', // struct ifinfomsg
        '07000300' + '76350000', // IFLA_IFNAME v5
        '08000500' + '03000000', // IFLA_LINK
        '1c001280', // IFLA_LINKINFO, nested
        '09000100' + '766c616e00000000', // IFLA_INFO_KIND vlan
        '0c000280', // IFLA_INFO_DATA, nested
        '06000100' + '05000000', // IFLA_VLAN_ID
      ].join(''),
    );
    expect(decodeLink(bytes)).toMatchObject({ name: 'v5', link: 3, info: { kind: 'vlan', vlan: { id: 5 } } });
  });

  it('for a pair carries the other end as a link of its own', () => {
    const peer = encodeLink({ name: 'e1', mtu: 1400, namespaceFd: 17, flags: IFF.UP, change: IFF.UP });
    const decoded = decodeLink(encodeLink({ name: 'e0', info: { kind: 'veth', veth: { peer } } }));
    expect(decoded.info?.kind).toBe('veth');
    expect(decodeLink(decoded.info?.veth?.peer ?? new Uint8Array())).toMatchObject({
      name: 'e1',
      mtu: 1400,
      namespaceFd: 17,
      flags: 1,
    });
  });

  it('keeps names of more than one byte a letter', () => {
    expect(decodeLink(encodeLink({ alias: 'näher → süß' })).alias).toBe('näher → süß');
  });
});

describe('a link that is not one', () => {
  const good = encodeLink({
    name: 'eth0',
    mtu: 1500,
    info: { kind: 'bridge', bridge: { forwardDelay: 1500 } },
  });

  it.each([
    ['nothing', ''],
    ['half a header', hexOf(good).slice(0, 22)],
    ['an attribute that ends too late', hexOf(good).slice(0, -2)],
    ['an MTU of two bytes', `${'00'.repeat(16)}06000400dc05`],
    ['counters of one number', `${'00'.repeat(16)}0c001700${'00'.repeat(8)}`],
    ['link information that is no attribute', `${'00'.repeat(16)}060012800900`],
  ])('is refused: %s', (_, hex) => {
    expect(() => decodeLink(bytesOfHex(hex))).toThrow(NetlinkDecodeError);
  });

  it('is cut at every byte without another kind of error', () => {
    const outcomes = Array.from({ length: good.length }, (_, length) => {
      try {
        return decodeLink(good.subarray(0, length)).name ?? 'no name yet';
      } catch (error) {
        expect(error).toBeInstanceOf(NetlinkDecodeError);
        return 'refused';
      }
    });
    expect(new Set(outcomes)).toEqual(new Set(['refused', 'no name yet', 'eth0']));
  });
});

function pick(values: Record<string, unknown>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, values[name]]));
}
