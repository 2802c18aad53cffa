import type { DhcpSubnet, RouterAdvertisement } from 'netdev-core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openDevice, setIn } from '../../firewall-iptables/test/agent/agent.js';
import { ask6 } from './dhcpv6-client.js';
import { type Lab, makeLab, network } from './lab.js';

let lab: Lab;
beforeEach(async () => {
  lab = await makeLab();
  await lab.host('ip', 'address', 'add', 'fd00:1::1/64', 'dev', 'br0', 'nodad');
  // The kernel is a client of advertisements (the kernel's ip-sysctl).
  const settings = { accept_ra: 1, router_solicitation_delay: 0 };
  const entries = Object.entries(settings).map(([name, value]) => [`net.ipv6.conf.eth0.${name}`, value]);
  await setIn(lab.guestName, Object.fromEntries(entries));
});
afterEach(() => lab.close());

const subnet: DhcpSubnet = { network: 'fd00:1::/64', serverAddress: 'fd00:1::1', leaseTime: 600 };
/** Of the prefix and the MAC address (RFC 4291, 2.5.1). */
const own = 'fd00:1::ff:fe00:1/64';
const shown = () => lab.guest('ip', '-6', 'address', 'show', 'dev', 'eth0', 'scope', 'global');

/** What an advertisement tells guests to do. */
type Told = 'managed' | 'other' | 'autonomous';

/** Listens to advertisements (RFC 4861, 4.2 and 4.6.2: `M` and `O`, and `A` of the prefix), from now on. */
async function listen(): Promise<() => Told[] | undefined> {
  let told: Told[] | undefined;
  await openDevice(lab.guestName, 'eth0', (frame) => {
    const message = frame.subarray(14 + 40);
    if (frame.readUInt16BE(12) !== 0x86dd || frame[14 + 6] !== 58 || message[0] !== 134) return;
    const flags = message[5] ?? 0;
    const found: Told[] = [
      ...(flags & 0x80 ? ['managed' as const] : []),
      ...(flags & 0x40 ? ['other' as const] : []),
    ];
    for (let at = 16; at < message.length; at += 8 * (message[at + 1] || message.length)) {
      if (message[at] === 3 && (message[at + 3] ?? 0) & 0x40) found.push('autonomous');
    }
    told = found;
  });
  return () => told;
}

/** Serves by this mode to a guest that has just come. */
async function arrive(
  mode: RouterAdvertisement['mode'],
  ranges: DhcpSubnet['ranges'] = [],
): Promise<() => Told[] | undefined> {
  await lab.guest('ip', 'link', 'set', 'eth0', 'down');
  await lab.dhcp.ensure({
    ...network,
    subnets: [{ ...subnet, ranges, advertise: { mode, interval: 4 } }],
    options: [{ option: 31, values: ['fd00:1::123'], family: 'ipv6' }],
  });
  const told = await listen();
  await lab.guest('ip', 'link', 'set', 'eth0', 'up');
  await expect.poll(told, { timeout: 10_000 }).toBeDefined();
  return told;
}

const config = 'also request dhcp6.sntp-servers;\n';
const ranges = [{ first: 'fd00:1::100', last: 'fd00:1::1ff' }];

it('tells guests to make an address and to ask for the rest, and answers those that do', async () => {
  const told = await arrive('stateless');
  expect(told()).toEqual(['other', 'autonomous']);
  await expect.poll(shown, { timeout: 10_000 }).toContain(own);
  const answer = await ask6(lab, { for: 'options', config });
  expect(answer).toMatchObject({ dhcp6_name_servers: 'fd00:1::1', dhcp6_sntp_servers: 'fd00:1::123' });
  expect(answer).not.toHaveProperty('ip6_address');
  expect(await lab.dhcp.leases('lab')).toEqual([]);
});

it('tells guests to ask for an address, and gives them one', async () => {
  const told = await arrive('stateful', ranges);
  expect(told()).toEqual(['managed', 'other']);
  expect(await ask6(lab, { config })).toMatchObject({
    ip6_address: expect.stringMatching(/^fd00:1::1[0-9a-f]{2}$/),
    dhcp6_sntp_servers: 'fd00:1::123',
  });
  expect(await shown()).toBe('');
});

it('tells guests that they may do both', async () => {
  const told = await arrive('both', ranges);
  expect(told()).toEqual(['managed', 'other', 'autonomous']);
  await expect.poll(shown, { timeout: 10_000 }).toContain(own);
  expect(await ask6(lab)).toMatchObject({ ip6_address: expect.stringMatching(/^fd00:1::1[0-9a-f]{2}$/) });
});

it('advertises itself to guests that make their own addresses, until it is no gateway any more', async () => {
  const told = await arrive('slaac');
  expect(told()).toEqual(['autonomous']);
  await expect.poll(shown, { timeout: 10_000 }).toContain(own);
  const gateway = () => lab.guest('ip', '-6', 'route', 'show', 'default');
  await expect.poll(gateway, { timeout: 10_000 }).toMatch(/via fe80::.* dev eth0 proto ra/);
  // The guests learn it from the next advertisement.
  await lab.dhcp.ensure({
    ...network,
    subnets: [{ ...subnet, advertise: { mode: 'slaac', interval: 4, routerLifetime: 0 } }],
  });
  await expect.poll(gateway, { timeout: 15_000 }).toBe('');
});
