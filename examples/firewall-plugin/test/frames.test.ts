import { createNftablesFirewall } from 'firewall-nftables';
import { firewallTopology } from 'netdev-conformance/firewall';
import { expect, it } from 'vitest';
import { advertisement, arp, type Ends, ethernet, everybody, udp } from './craft.js';
import { createLab } from './lab.js';
import { openWire } from './wire.js';

const { a1, a2 } = firewallTopology.ends;
const addressOf = ({ address }: { address: string }): string => address.split('/')[0] ?? '';

const own: Ends = { fromMac: a1.mac, toMac: everybody, from: addressOf(a1), to: '10.1.0.255' };
const own6: Ends = { ...own, toMac: '33:33:00:00:00:01', from: 'fd00:1::11', to: 'ff02::1' };
const nowhere = { ...own, from: '0.0.0.0', to: '255.255.255.255' };
const lying = { fromMac: a2.mac };

type Craft = (label: Buffer) => Buffer;

const honest: Record<string, Craft> = {
  ipv4: (label) => udp(own, [7, 7], label),
  ipv6: (label) => udp(own6, [7, 7], label),
  arp: (label) => arp(own, label),
  'arp, asking whether an address is free': (label) => arp({ ...own, from: '0.0.0.0' }, label),
  'a DHCP client': (label) => udp(nowhere, [68, 67], label),
};

const spoofed: Record<string, Craft> = {
  "ipv4 from another's MAC": (label) => udp({ ...own, ...lying }, [7, 7], label),
  "ipv4 from another's address": (label) => udp({ ...own, from: addressOf(a2) }, [7, 7], label),
  'ipv4 from nowhere': (label) => udp(nowhere, [7, 67], label),
  "ipv6 from another's address": (label) => udp({ ...own6, from: 'fd00:1::12' }, [7, 7], label),
  "arp from another's MAC": (label) => arp({ ...own, ...lying }, label),
  "arp about another's address": (label) => arp({ ...own, from: addressOf(a2) }, label),
  "an arp answer in the gateway's name": (label) =>
    arp({ ...own, from: '10.1.0.1' }, label, { operation: 2 }),
  "arp that claims another's MAC": (label) => arp(own, label, { claims: a2.mac }),
  'a DHCP server': (label) => udp(own, [67, 68], label),
  'a DHCPv6 server': (label) => udp(own6, [547, 546], label),
  'a router': (label) => advertisement(own6, label),
  'a protocol that is none of these': (label) => ethernet(own, 0x88cc, label),
};

it('a guest sends frames of its own, and none that lie about who sent them', async () => {
  const lab = await createLab({ packets: true });
  const [sender, receiver] = await Promise.all([openWire(lab.spaceOf('a1')), openWire(lab.spaceOf('a2'))]);
  const firewall = await createNftablesFirewall({ namespace: { name: lab.router } });
  let sent = 0;
  const labelled = (): Buffer => {
    sent += 1;
    return Buffer.from(`<frame ${sent}>`.padEnd(16, '.'));
  };
  /** The names of the frames that come to the neighbour. One of ARP that always comes is sent behind them. */
  const passing = async (frames: Record<string, Craft>): Promise<string[]> => {
    const labels = Object.entries(frames).map(([name, craft]) => {
      const label = labelled();
      sender.send(craft(label));
      return { name, label };
    });
    const last = labelled();
    sender.send(arp(own, last));
    await receiver.arrival(last);
    return labels.filter(({ label }) => receiver.saw(label)).map(({ name }) => name);
  };
  try {
    const all = { ...honest, ...spoofed };
    expect(await passing(all)).toEqual(Object.keys(all));
    const { port, device: bridge, mac } = a1;
    const addresses = [own.from, own6.from];
    await firewall.put({
      key: 'guest/a1',
      intents: [{ kind: 'guest', port, bridge, mac, addresses, securityGroups: [] }],
    });
    await firewall.apply();
    expect(await passing(all)).toEqual(Object.keys(honest));
    await firewall.clear();
    expect(await passing(all)).toEqual(Object.keys(all));
  } finally {
    for (const wire of [sender, receiver]) wire.close();
    await firewall.close();
    await lab.remove();
  }
});
