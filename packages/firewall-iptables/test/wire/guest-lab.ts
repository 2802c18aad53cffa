import { setTimeout as wait } from 'node:timers/promises';
import { addSpaces, ipBatchIn, outputIn, removeSpaces, setIn } from '../agent/agent.js';
import { arp, broadcast, type Ends, udp } from './craft.js';
import { openWire, type Wire } from './wire.js';

let made = 0;

/** Ends of cables: three ports of a bridge, the host's end of that bridge, and the world outside of the host. */
export type End = 'g1' | 'g2' | 'g3' | 'host' | 'world';

export const machines = {
  g1: { mac: '02:00:5e:10:00:01', ipv4: '10.1.0.11', ipv6: 'fd00:1::11', port: 'p-g1' },
  g2: { mac: '02:00:5e:10:00:02', ipv4: '10.1.0.12', ipv6: 'fd00:1::12', port: 'p-g2' },
  g3: { mac: '02:00:5e:10:00:03', ipv4: '10.1.0.13', ipv6: 'fd00:1::13', port: 'p-g3' },
  host: { mac: '02:00:5e:10:00:fe', ipv4: '10.1.0.1', ipv6: 'fd00:1::1', port: 'br-a' },
  world: { mac: '02:00:5e:10:01:01', ipv4: '203.0.113.1', ipv6: '2001:db8:ff::1', port: 'uplink' },
} as const;

const uplinkMac = '02:00:5e:10:01:fe';

/** A frame that carries a label, by which it is found again; or the fragments of a packet, of which one does. */
export type Craft = (label: Buffer) => Buffer | readonly Buffer[];

/** A host that routes between a bridge of guests and the world. Guests are bare cables: nobody there answers by itself. */
export interface GuestLab {
  /** The host's namespace. */
  host: string;
  /** Runs a command on the host. */
  run(...argv: string[]): Promise<string>;
  /** Sends frames by one end, and gives the names of those that came to another one. */
  passing(from: End, to: End, frames: Record<string, Craft>): Promise<string[]>;
  /** Whether a frame with these bytes in it ever came to an end. */
  has(end: End, bytes: Buffer): boolean;
  remove(): Promise<void>;
}

/** From one machine to another on the bridge; to and from the world by the host. */
export function between(from: End, to: End, family: 'ipv4' | 'ipv6' = 'ipv4'): Ends {
  const isRouted = from === 'world' || to === 'world';
  const toMac = !isRouted ? machines[to].mac : from === 'world' ? uplinkMac : machines.host.mac;
  return { fromMac: machines[from].mac, toMac, from: machines[from][family], to: machines[to][family] };
}

export async function createGuestLab(): Promise<GuestLab> {
  made += 1;
  const prefix = `gl${process.pid}x${made}`;
  const spaceOf = (end: End): string => `${prefix}${end}`;
  const inside = (end: End, ...argv: string[]): Promise<string> => outputIn(spaceOf(end), argv);
  const ends = Object.keys(machines) as End[];
  const cables = ['g1', 'g2', 'g3', 'world'] as const;
  await addSpaces(...ends.map(spaceOf));
  await setIn(spaceOf('host'), { 'net.ipv4.ip_forward': 1, 'net.ipv6.conf.all.forwarding': 1 });
  // Nobody there speaks IPv6 by itself.
  for (const end of cables) await setIn(spaceOf(end), { 'net.ipv6.conf.default.disable_ipv6': 1 });
  await ipBatchIn(spaceOf('host'), [
    `link add name br-a address ${machines.host.mac} type bridge forward_delay 0`,
    ...cables.flatMap((end) => {
      const { mac, port } = machines[end];
      return [
        `link add name ${port} type veth peer name eth0 address ${mac} netns ${spaceOf(end)}`,
        end === 'world' ? `link set ${port} address ${uplinkMac}` : `link set ${port} master br-a`,
        `link set ${port} up`,
      ];
    }),
    'link set br-a up',
    'address add 10.1.0.1/24 dev br-a',
    'address add fd00:1::1/64 dev br-a nodad',
    'address add 203.0.113.2/24 dev uplink',
    'address add 2001:db8:ff::2/64 dev uplink nodad',
    ...cables.flatMap((end) => {
      const { mac, ipv4, ipv6 } = machines[end];
      const device = end === 'world' ? 'uplink' : 'br-a';
      return [ipv4, ipv6].map(
        (address) => `neigh replace ${address} lladdr ${mac} nud permanent dev ${device}`,
      );
    }),
  ]);
  await Promise.all(cables.map((end) => ipBatchIn(spaceOf(end), ['link set eth0 up'])));
  const wires = new Map<End, Wire>();
  await Promise.all(
    ends.map(async (end) => {
      wires.set(end, await openWire(spaceOf(end), end === 'host' ? 'br-a' : 'eth0'));
    }),
  );
  const wireOf = (end: End): Wire => wires.get(end) as Wire;
  // The bridge knows from now on behind which port each is, and floods nothing.
  for (const end of ['g1', 'g2', 'g3'] as const)
    await wireOf(end).send(arp({ ...between(end, 'host'), toMac: broadcast }, Buffer.alloc(18)));
  let sent = 0;

  /** A frame that comes through whatever the intents are, behind those that are looked for. */
  const control = (from: End, to: End, label: Buffer): Buffer => {
    const ends = between(from, to);
    if (from !== 'world' && to !== 'world') return arp({ ...ends, toMac: broadcast }, label);
    // DHCP is always answered, and what is routed to the world is not held up.
    return udp(ends, from === 'world' ? { fromPort: 67, port: 68 } : { fromPort: 68, port: 67 }, label);
  };

  return {
    host: spaceOf('host'),
    run: (...argv) => inside('host', ...argv),

    async passing(from, to, frames) {
      const labels: { name: string; label: Buffer }[] = [];
      for (const [name, craft] of Object.entries(frames)) {
        sent += 1;
        const label = Buffer.from(`<${prefix}/${sent}>`.slice(-16));
        for (const frame of [craft(label)].flat()) await wireOf(from).send(frame);
        labels.push({ name, label });
      }
      sent += 1;
      const last = Buffer.from(`<${prefix}/last/${sent}>`);
      await wireOf(from).send(control(from, from === to ? 'host' : to, last));
      const until = Date.now() + 3000;
      const seenBy = from === to ? 'host' : to;
      while (!wireOf(seenBy).has(last)) {
        if (Date.now() > until) throw new Error(`nothing comes from ${from} to ${to}`);
        await wait(5);
      }
      await wait(30);
      return labels.filter(({ label }) => wireOf(to).has(label)).map(({ name }) => name);
    },

    has: (end, bytes) => wireOf(end).has(bytes),

    async remove() {
      await removeSpaces(...ends.map(spaceOf));
    },
  };
}
