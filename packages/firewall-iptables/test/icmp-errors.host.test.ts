import { createIptablesFirewall, type IptablesFirewall, type Variant } from 'firewall-iptables';
import { type GuestIntent, type Intent, ipToBytes, parseIpAddress } from 'netdev-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSpaceRunner } from './agent/space-runner.js';
import { type Ends, icmpError, udp } from './wire/craft.js';
import { between, type Craft, createGuestLab, type GuestLab, machines } from './wire/guest-lab.js';

const runner = createSpaceRunner();
const guest = (more: Partial<GuestIntent> = {}): GuestIntent => {
  const { port, mac, ipv4, ipv6 } = machines.g1;
  return {
    ...{ kind: 'guest', port, bridge: 'br-a', mac, addresses: [ipv4, ipv6], securityGroups: ['web'] },
    ...more,
  };
};

/** RFC 792, RFC 1191, RFC 4443, 3.1 and 3.2. */
const errors = {
  ipv4: {
    'port unreachable': { type: 3, code: 3 },
    'too big': { type: 3, code: 4, parameter: 1280 },
  },
  ipv6: {
    'port unreachable': { type: 1, code: 4 },
    'too big': { type: 2, code: 0, parameter: 1280 },
  },
} as const;

const families = ['ipv4', 'ipv6'] as const;
const none = Buffer.alloc(16);

/** Each error about a packet. */
function errorsAbout(family: 'ipv4' | 'ipv6', ends: Ends, about: Buffer): Record<string, Craft> {
  return Object.fromEntries(
    Object.entries(errors[family]).map(([name, error]): [string, Craft] => [
      name,
      (label) => icmpError(ends, about, label, error),
    ]),
  );
}

describe.each<Variant>(['nft', 'legacy'])('ICMP errors, with iptables-%s', (variant) => {
  let lab: GuestLab;
  let firewall: IptablesFirewall;
  const put = async (key: string, ...intents: Intent[]): Promise<void> => {
    await firewall.put({ key, intents });
    await firewall.apply();
  };

  beforeEach(async () => {
    lab = await createGuestLab();
    firewall = await createIptablesFirewall({ runner, namespace: { name: lab.host }, variant });
    await put('web', {
      kind: 'security-group',
      name: 'web',
      rules: [{ direction: 'in', protocol: 'udp', ports: 5000 }],
    });
    await put('guest', guest({ out: 'groups' }));
  });
  afterEach(async () => {
    await firewall.close();
    await lab.remove();
  });

  it('about what a guest sent come to it, and about what it did not send do not', async () => {
    await put('guest', guest());
    for (const family of families) {
      for (const other of ['g3', 'world'] as const) {
        const sent =
          (port: number): Craft =>
          (label) =>
            udp(between('g1', other, family), { port }, label);
        expect(await lab.passing('g1', other, { sent: sent(7) })).toEqual(['sent']);
        const about = udp(between('g1', other, family), { port: 7 }, none);
        const stranger = udp(between('g1', other, family), { port: 8 }, none);
        const back = between(other, 'g1', family);
        expect(await lab.passing(other, 'g1', errorsAbout(family, back, about))).toEqual(
          Object.keys(errors[family]),
        );
        expect(await lab.passing(other, 'g1', errorsAbout(family, back, stranger))).toEqual([]);
      }
    }
  });

  it('of a guest about what was let in go out, and others do not', async () => {
    for (const family of families) {
      for (const other of ['g3', 'world'] as const) {
        const ends = between(other, 'g1', family);
        const asked: Craft = (label) => udp(ends, { port: 5000 }, label);
        expect(await lab.passing(other, 'g1', { asked })).toEqual(['asked']);
        const back = between('g1', other, family);
        const about = udp(ends, { port: 5000 }, none);
        expect(await lab.passing('g1', other, errorsAbout(family, back, about))).toEqual(
          Object.keys(errors[family]),
        );
        const stranger = udp(ends, { port: 5001 }, none);
        expect(await lab.passing('g1', other, errorsAbout(family, back, stranger))).toEqual([]);
      }
    }
  });

  it('are translated with the packet that they are about, in and out', async () => {
    await put('guest', guest());
    const floating = { ipv4: '203.0.113.50', ipv6: '2001:db8:ff::50' };
    for (const family of families) {
      await put('float', {
        kind: 'floating-address',
        floating: floating[family],
        fixed: machines.g1[family],
        interface: 'uplink',
      });
      const bytes = (...addresses: string[]): Buffer =>
        Buffer.concat(addresses.map((address) => Buffer.from(ipToBytes(parseIpAddress(address)))));
      const world = machines.world[family];

      // The guest refuses what came to its floating address.
      const inward = { ...between('world', 'g1', family), to: floating[family] };
      expect(
        await lab.passing('world', 'g1', { asked: (label) => udp(inward, { port: 5000 }, label) }),
      ).toEqual(['asked']);
      const seen = udp(between('world', 'g1', family), { port: 5000 }, none);
      const refusals = errorsAbout(family, between('g1', 'world', family), seen);
      expect(await lab.passing('g1', 'world', refusals)).toEqual(Object.keys(refusals));
      expect(lab.has('world', bytes(world, floating[family]))).toBe(true);
      expect(lab.has('world', bytes(world, machines.g1[family]))).toBe(false);

      // The world refuses what the guest sent from its floating address.
      const outward = between('g1', 'world', family);
      expect(await lab.passing('g1', 'world', { sent: (label) => udp(outward, { port: 7 }, label) })).toEqual(
        ['sent'],
      );
      const translated = udp({ ...outward, from: floating[family] }, { port: 7 }, none);
      const answers = errorsAbout(family, inward, translated);
      expect(await lab.passing('world', 'g1', answers)).toEqual(Object.keys(answers));
      expect(lab.has('g1', bytes(machines.g1[family], world))).toBe(true);
      expect(lab.has('g1', bytes(floating[family], world))).toBe(false);
    }
  });
});
