import type { NamespaceRef, NetDevOperation } from 'netdev-core';
import { describe, expect, it } from 'vitest';
import { toShellCommands } from '../src/shell/to-shell-commands.js';

const shown = (operation: NetDevOperation, namespace?: NamespaceRef): string[] =>
  toShellCommands(operation, namespace).map((words) => words.join(' '));

describe('toShellCommands', () => {
  it.each<[NetDevOperation, string[]]>([
    [
      {
        do: 'create-link',
        spec: {
          kind: 'bridge',
          name: 'br0',
          forwardDelay: 4,
          stp: false,
          ageingTime: 0,
          multicastSnooping: false,
          up: true,
          mac: '02:00:00:00:00:01',
        },
      },
      [
        'ip link add name br0 type bridge forward_delay 400 stp_state 0 ageing_time 0 mcast_snooping 0',
        'ip link set dev br0 address 02:00:00:00:00:01',
        'ip link set dev br0 up',
      ],
    ],
    [
      {
        do: 'create-link',
        spec: { kind: 'tap', name: 't0', multiQueue: true, owner: 1000, mtu: 1400, master: 'br0' },
      },
      [
        'ip tuntap add dev t0 mode tap user 1000 multi_queue',
        'ip link set dev t0 mtu 1400',
        'ip link set dev t0 master br0',
      ],
    ],
    [
      {
        do: 'create-link',
        spec: {
          kind: 'veth',
          name: 'a',
          peer: { name: 'b', mac: '02:00:00:00:00:02', up: true, namespace: { name: 'red' } },
        },
      },
      [
        'ip link add name a type veth peer name b address 02:00:00:00:00:02 netns red',
        'ip netns exec red ip link set dev b up',
      ],
    ],
    [
      { do: 'create-link', spec: { kind: 'vlan', name: 'eth0.7', parent: 'eth0', vlanId: 7 } },
      ['ip link add link eth0 name eth0.7 type vlan id 7'],
    ],
    [
      {
        do: 'create-link',
        spec: { kind: 'vlan', name: 'v', parent: 'eth0', vlanId: 7, vlanProtocol: '802.1ad' },
      },
      ['ip link add link eth0 name v type vlan protocol 802.1ad id 7'],
    ],
    [
      { do: 'create-link', spec: { kind: 'tun', name: 'tun0', group: 7, up: true } },
      ['ip tuntap add dev tun0 mode tun group 7', 'ip link set dev tun0 up'],
    ],
    [
      {
        do: 'create-link',
        spec: { kind: 'vxlan', name: 'vx0', vni: 5, group: '239.1.1.1', parent: 'eth0', learnRemotes: false },
      },
      ['ip link add name vx0 type vxlan id 5 group 239.1.1.1 dev eth0 dstport 4789 nolearning'],
    ],
    [
      { do: 'create-link', spec: { kind: 'macvtap', name: 'm0', parent: 'eth0' } },
      ['ip link add link eth0 name m0 type macvtap mode bridge'],
    ],
    [
      { do: 'update-link', name: 'a', changes: { name: 'b', up: false, master: null, promiscuous: true } },
      [
        'ip link set dev a promisc on',
        'ip link set dev a nomaster',
        'ip link set dev a name b',
        'ip link set dev b down',
      ],
    ],
    [
      { do: 'update-link', name: 'br0', changes: { bridge: { stp: true } } },
      ['ip link set dev br0 type bridge stp_state 1'],
    ],
    [
      { do: 'update-link', name: 'br0', changes: { bridge: { stp: false, forwardDelay: 0 } } },
      ['ip link set dev br0 type bridge stp_state 0', 'ip link set dev br0 type bridge forward_delay 0'],
    ],
    [
      { do: 'update-link', name: 'a', changes: { isolated: true, learning: false, flood: false } },
      ['ip link set dev a type bridge_slave isolated on learning off flood off'],
    ],
    [
      { do: 'update-link', name: 'a', changes: { portCost: 7, multicastRouter: 'never', rootBlock: true } },
      ['ip link set dev a type bridge_slave mcast_router 0 root_block on cost 7'],
    ],
    [
      { do: 'update-link', name: 'm', changes: { macvlan: { kind: 'macvtap', mode: 'vepa' } } },
      ['ip link set dev m type macvtap mode vepa'],
    ],
    [
      { do: 'update-link', name: 'm', changes: { macvlan: { mode: 'vepa' } } },
      ['ip link set dev m type macvlan mode vepa'],
    ],
    [
      { do: 'update-link', name: 't', changes: { tap: { owner: 1000, group: 7 } } },
      ['tunctl -t t -u 1000 -g 7'],
    ],
    [
      { do: 'update-link', name: 'br0', changes: { bridge: { vlanFiltering: true } } },
      ['ip link set dev br0 type bridge vlan_filtering 1'],
    ],
    [
      { do: 'add-neighbour', spec: { link: 'a', address: '2001:db8::1', mac: '02:00:00:00:00:01' } },
      ['ip neighbour replace 2001:db8::1 lladdr 02:00:00:00:00:01 dev a nud permanent'],
    ],
    [{ do: 'delete-neighbour', link: 'a', address: '192.0.2.1' }, ['ip neighbour delete 192.0.2.1 dev a']],
    [
      { do: 'add-forwarding-entry', spec: { link: 'a', mac: '02:00:00:00:00:01', vlanId: 7 } },
      ['bridge fdb replace 02:00:00:00:00:01 dev a master static vlan 7'],
    ],
    [
      {
        do: 'add-forwarding-entry',
        spec: { link: 'vx0', mac: '00:00:00:00:00:00', remote: '192.0.2.1', port: 8472, vni: 7 },
      },
      ['bridge fdb append 00:00:00:00:00:00 dev vx0 dst 192.0.2.1 port 8472 vni 7 self permanent'],
    ],
    [
      {
        do: 'delete-forwarding-entry',
        spec: { link: 'vx0', mac: '02:00:00:00:00:01', remote: '192.0.2.1' },
      },
      ['bridge fdb delete 02:00:00:00:00:01 dev vx0 dst 192.0.2.1 self permanent'],
    ],
    [
      { do: 'add-bridge-vlan', spec: { link: 'a', vlanId: 7, pvid: true, untagged: true } },
      ['bridge vlan add dev a vid 7 pvid untagged'],
    ],
    [
      { do: 'add-bridge-vlan', spec: { link: 'br0', self: true, vlanId: 7, lastVlanId: 9, untagged: false } },
      ['bridge vlan add dev br0 vid 7-9 self'],
    ],
    [
      { do: 'delete-bridge-vlan', spec: { link: 'a', vlanId: 7, lastVlanId: 4094 } },
      ['bridge vlan delete dev a vid 7-4094'],
    ],
    [
      { do: 'add-routing-rule', spec: { from: '2001:db8::/32', mark: 3, table: 100, priority: 9 } },
      ['ip -6 rule add from 2001:db8::/32 fwmark 3 priority 9 protocol static table 100'],
    ],
    [
      {
        do: 'delete-routing-rule',
        spec: { family: 'ipv4', inputLink: 'a', inverted: true, action: 'prohibit' },
      },
      ['ip rule delete not from all iif a type prohibit'],
    ],
    [{ do: 'delete-link', name: 'a' }, ['ip link delete dev a']],
    [
      { do: 'update-virtual-function', parent: 'eth2', index: 1, changes: { vlanId: 0, spoofCheck: false } },
      ['ip link set dev eth2 vf 1 vlan 0 spoofchk off'],
    ],
    [{ do: 'move-link', name: 'a', namespace: { pid: 7 } }, ['ip link set dev a netns 7']],
    [
      { do: 'add-address', spec: { link: 'a', cidr: '192.0.2.1/24' } },
      ['ip address replace 192.0.2.1/24 broadcast + dev a'],
    ],
    [
      {
        do: 'add-address',
        spec: { link: 'a', cidr: '2001:db8::1/64', skipDuplicateDetection: true, validLifetime: 60 },
      },
      ['ip address replace 2001:db8::1/64 dev a nodad valid_lft 60'],
    ],
    [
      {
        do: 'add-address',
        spec: { link: 'a', cidr: '192.0.2.1/32', peer: '198.51.100.1', noPrefixRoute: true },
      },
      ['ip address replace 192.0.2.1 peer 198.51.100.1/32 dev a noprefixroute'],
    ],
    [{ do: 'delete-address', link: 'a', cidr: '192.0.2.1/24' }, ['ip address delete 192.0.2.1/24 dev a']],
    [
      {
        do: 'add-route',
        spec: { destination: '0.0.0.0/0', via: '192.0.2.1', metric: 100, onLink: true, link: 'a' },
      },
      ['ip route replace default via 192.0.2.1 dev a metric 100 proto static onlink'],
    ],
    [
      { do: 'add-route', spec: { destination: 'default', via: '2001:db8::1' } },
      ['ip -6 route replace default via 2001:db8::1 proto static'],
    ],
    [
      { do: 'delete-route', spec: { destination: '192.0.2.0/24', kind: 'blackhole' } },
      ['ip route delete blackhole 192.0.2.0/24'],
    ],
    [{ do: 'set-forwarding', family: 'ipv6', enabled: true }, ['sysctl -w net.ipv6.conf.all.forwarding=1']],
    [
      { do: 'announce-address', link: 'a', address: '192.0.2.1', count: 3 },
      ['arping -U -c 3 -I a 192.0.2.1'],
    ],
    [{ do: 'create-namespace', name: 'red' }, ['ip netns add red']],
    [{ do: 'delete-namespace', name: 'red' }, ['ip netns delete red']],
  ])('shows %j', (operation, expected) => {
    expect(shown(operation)).toEqual(expected);
  });

  it('says where: in a named namespace, or in that of a process', () => {
    expect(shown({ do: 'delete-link', name: 'a' }, { name: 'red' })).toEqual([
      'ip netns exec red ip link delete dev a',
    ]);
    expect(shown({ do: 'delete-link', name: 'a' }, { pid: 7 })).toEqual([
      'nsenter --net=/proc/7/ns/net ip link delete dev a',
    ]);
  });
});
