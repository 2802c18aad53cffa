import { spawnSync } from 'node:child_process';
import type { NetDevDriver } from 'netdev-core';
import { createLinuxNetDev } from 'netdev-linux';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSession } from '../src/driver/session.js';
import {
  encodeAddress,
  encodeLink,
  encodeNeighbour,
  encodeRoute,
  encodeRule,
  NLM_F,
  RTM,
} from '../src/netlink/index.js';
import { type DirectKernel, directKernel } from './direct-kernel.js';
import { ipAll, ipJson, testNamespace } from './host.js';

const namespace = testNamespace('refusals');
let kernel: DirectKernel;
let driver: NetDevDriver;
const indexes = new Map<string, number>();

beforeAll(async () => {
  ipAll(
    namespace,
    `link add name br0 type bridge
     link add name br1 type bridge
     link add name port type veth peer name eth0
     link set dev port master br0
     link set dev port up
     link set dev eth0 up
     address add 192.0.2.1/24 dev eth0
     link add name vx0 type vxlan id 9 remote 192.0.2.7 dstport 4789`,
  );
  for (const { ifname, ifindex } of ipJson<{ ifname: string; ifindex: number }>(namespace, 'link', 'show'))
    indexes.set(ifname, ifindex);
  kernel = directKernel(namespace);
  driver = await createLinuxNetDev({ namespace: { name: namespace } });
});
afterAll(async () => {
  await driver.close();
  await kernel.close();
});

/** What iproute2 says of the same: `Error: Can not enslave a bridge to a bridge.` */
function refusalOf(line: string): string {
  const { status, stderr } = spawnSync('ip', ['-n', namespace, ...line.split(' ')], { encoding: 'utf8' });
  expect(status).not.toBe(0);
  const message = /^Error: (.*)\.$/m.exec(stderr)?.[1];
  if (message === undefined) throw new Error(`the kernel said nothing about: ${line}\n${stderr}`);
  return message;
}

describe("the kernel's own words", () => {
  it.each<[string, (driver: NetDevDriver) => Promise<unknown>, string]>([
    ['a link', (net) => net.updateLink('br1', { master: 'br0' }), 'link set dev br1 master br0'],
    [
      'a link that is made',
      (net) => net.createLink({ kind: 'vxlan', name: 'x', vni: 9, remote: '192.0.2.7' }),
      'link add name x type vxlan id 9 remote 192.0.2.7 dstport 4789',
    ],
    [
      'an address',
      (net) => net.ensureAddress({ link: 'eth0', cidr: 'ff02::5/64' }),
      'address add ff02::5/64 dev eth0',
    ],
    [
      'a route',
      (net) => net.ensureRoute({ destination: '10.0.0.0/8', via: '192.0.2.9', source: '203.0.113.9' }),
      'route add 10.0.0.0/8 via 192.0.2.9 src 203.0.113.9',
    ],
    [
      'a route without a way to its gateway',
      (net) => net.ensureRoute({ destination: '10.0.0.0/8', via: '203.0.113.9', link: 'eth0' }),
      'route add 10.0.0.0/8 via 203.0.113.9 dev eth0',
    ],
  ])('about %s are those that iproute2 shows', async (_, ask, line) => {
    const message = refusalOf(line);
    expect(message.length).toBeGreaterThan(5);
    await expect(ask(driver)).rejects.toMatchObject({
      detail: expect.stringContaining(message),
      errno: expect.stringMatching(/^E[A-Z]+$/),
      message: expect.stringContaining(message),
    });
  });
});

describe('the attribute that the kernel minded', () => {
  const create = NLM_F.CREATE | NLM_F.EXCL;
  const bytes = (length: number) => new Uint8Array(length).fill(1);
  const index = (name: string): number => indexes.get(name) ?? 0;
  const address = () => ({ family: 2, prefixLength: 24, flags: 0, scope: 0, index: index('eth0') });
  const route = {
    ...{ family: 2, destinationLength: 24, sourceLength: 0, tos: 0, table: 254 },
    ...{ protocol: 4, scope: 0, type: 1, flags: 0 },
  };
  const neighbour = () => ({ family: 2, index: index('eth0'), state: 0x80, flags: 0, type: 0 });
  const entry = () => ({ ...neighbour(), family: 7, index: index('port'), state: 0 });
  const rule = { family: 2, destinationLength: 0, sourceLength: 0, tos: 0, table: 7, action: 1, flags: 0 };

  // What the contract refuses beforehand: the messages are made here, and go through the driver's session.
  it.each<[string, number, number, () => Uint8Array, string]>([
    [
      'a link',
      ...([RTM.NEWLINK, create] as const),
      () => encodeLink({ name: 'x', info: { kind: 'vxlan', vxlan: { id: 1 << 24 } } }),
      'VXLAN ID must be lower than 16777216: IFLA_LINKINFO.IFLA_INFO_DATA.IFLA_VXLAN_ID',
    ],
    [
      'an address',
      ...([RTM.NEWADDR, create] as const),
      () => encodeAddress({ ...address(), local: bytes(3) }),
      'Attribute failed policy validation: IFA_LOCAL',
    ],
    [
      'an IPv6 address',
      ...([RTM.NEWADDR, create] as const),
      () => encodeAddress({ ...address(), family: 10, address: bytes(3) }),
      'Attribute failed policy validation: IFA_ADDRESS',
    ],
    [
      'a route',
      ...([RTM.NEWROUTE, create] as const),
      () => encodeRoute({ ...route, destination: Uint8Array.of(10, 0, 0, 0), gateway: bytes(3) }),
      'Attribute failed policy validation: RTA_GATEWAY',
    ],
    [
      'a neighbour',
      ...([RTM.NEWNEIGH, create] as const),
      () => encodeNeighbour({ ...neighbour(), destination: bytes(4), linkAddress: bytes(40) }),
      'Attribute failed policy validation: NDA_LLADDR',
    ],
    [
      'a forwarding entry',
      ...([RTM.GETNEIGH, 0] as const),
      () => encodeNeighbour({ ...entry(), linkAddress: bytes(40) }),
      'Attribute failed policy validation: NDA_LLADDR',
    ],
    [
      'a rule',
      ...([RTM.NEWRULE, create] as const),
      () => encodeRule({ ...rule, sourcePorts: bytes(2) }),
      'Error parsing msg: FRA_SPORT_RANGE',
    ],
  ])('of %s is named', async (object, type, flags, payload, detail) => {
    const attempt = { operation: 'change', object };
    const asked = createSession(kernel).change(type, flags, payload(), attempt);
    await expect(asked).rejects.toMatchObject({
      ...attempt,
      detail: expect.stringMatching(new RegExp(`^E[A-Z]+: ${detail}$`)),
    });
  });

  it.each<[string, number, () => Uint8Array, string]>([
    [
      'a neighbour',
      RTM.NEWNEIGH,
      () => encodeNeighbour({ ...neighbour(), linkAddress: bytes(6) }),
      'EINVAL: Network address not specified',
    ],
    [
      'a forwarding entry',
      RTM.NEWNEIGH,
      () =>
        encodeNeighbour({
          ...entry(),
          state: 0x80,
          vlan: 5000,
          linkAddress: Uint8Array.of(2, 0, 0, 0, 0, 1),
        }),
      'EINVAL: invalid vlan id',
    ],
    [
      'a rule',
      RTM.NEWRULE,
      () => encodeRule({ ...rule, action: 2, priority: 9, target: 3 }),
      'EINVAL: Backward goto not supported',
    ],
  ])(
    'is not made up where the kernel says what is wrong with %s without one',
    async (object, type, payload, detail) => {
      const asked = createSession(kernel).change(type, create, payload(), { operation: 'change', object });
      await expect(asked).rejects.toMatchObject({ detail });
    },
  );
});
