import { allVnets, type FreeBsdKernel } from '../kernel.js';
import type { NetworkInterface } from '../network-interface.js';
import { type FreeBsdPacket, walkPacket } from '../pf/packet-walk.js';
import { serversIn } from '../processes.js';
import { bridgeOf, findInterface, type Vnet } from '../vnet.js';

/** Where a guest is: at a port of the host, or at the far end of a pair. */
export interface FreeBsdGuest {
  /** The jail that `link` is in. Left out: the host's own stack. */
  jail?: string | undefined;
  /** A port of a bridge, such as a tap; or a guest's own end of a pair, in whichever stack. */
  link: string;
  /** Its MAC address. Left out: that of `link`, where it is an end of a pair. */
  mac?: string | undefined;
}

/** What a client is told. */
export interface FreeBsdLease {
  address: string;
  prefix: number;
  /** The server's own address. */
  server: string;
  gateway: string | undefined;
  dnsServers: readonly string[];
  domain: string | undefined;
  mtu: number | undefined;
  /** Seconds. */
  leaseTime: number;
}

/** A guest's way into a host. */
interface Wire {
  vnet: Vnet;
  port: NetworkInterface;
  bridge: NetworkInterface;
  mac: string;
}

const BROADCAST = '255.255.255.255';
const [ROUTER, DNS_SERVER, MTU] = [3, 6, 26];

/**
 * Asks as a DHCP client: its question goes by the guest's port and through pf to a server on the bridge, whose answer goes
 * back the same way. A server has a question only with what lets it in, and an answer is no answer to a state: the question
 * came from no address, and to all.
 */
export function requestLease(
  kernel: FreeBsdKernel,
  guest: FreeBsdGuest,
  hostname: string | undefined,
): FreeBsdLease | undefined {
  const wire = wireOf(kernel, guest);
  if (wire === undefined) return undefined;
  const { vnet, port, bridge, mac } = wire;
  const send = (packet: FreeBsdPacket) => walkPacket(vnet, kernel.version, packet);
  const question = { protocol: 'udp', from: '0.0.0.0', fromPort: 68, to: BROADCAST, toPort: 67 };
  if (send({ ...question, in: port.name, mac }).verdict !== 'input') return undefined;
  for (const server of serversIn(kernel, vnet)) {
    const own = server.config.listenAddresses.find((address) => !address.includes(':'));
    const offer = server.config.interfaces.includes(bridge.name) ? server.offer(mac, hostname) : undefined;
    if (offer === undefined || own === undefined) continue;
    const answer = { protocol: 'udp', from: own, fromPort: 67, to: offer.address, toPort: 68 };
    if (send({ ...answer, outPort: port.name }).verdict !== 'forward') return undefined;
    server.grant(mac, offer);
    const { address, prefix, leaseTime, options } = offer;
    const mtu = options.get(MTU)?.[0];
    return {
      ...{ address, prefix, leaseTime, server: own, domain: server.config.domain },
      gateway: options.get(ROUTER)?.[0],
      dnsServers: options.get(DNS_SERVER) ?? [],
      mtu: mtu === undefined ? undefined : Number(mtu),
    };
  }
  return undefined;
}

let nextPort = 40_000;

/** Asks a server for the address of a name, by UDP and from an address of the guest's. `undefined`: no answer, or no such name. */
export function resolveName(
  kernel: FreeBsdKernel,
  guest: FreeBsdGuest & { address: string },
  server: string,
  name: string,
): string | undefined {
  const wire = wireOf(kernel, guest);
  if (wire === undefined) return undefined;
  const { vnet, port, mac } = wire;
  nextPort += 1;
  const question = { protocol: 'udp', from: guest.address, fromPort: nextPort, to: server, toPort: 53 };
  const fate = walkPacket(vnet, kernel.version, { ...question, in: port.name, mac });
  if (fate.verdict !== 'input') return undefined;
  const asked = serversIn(kernel, vnet).find(({ config }) => config.listenAddresses.includes(fate.packet.to));
  const found = asked?.resolve(name);
  if (found === undefined) return undefined;
  const answer = walkPacket(vnet, kernel.version, {
    ...{ protocol: 'udp', from: fate.packet.to, fromPort: 53, to: guest.address, toPort: nextPort },
    outPort: port.name,
  });
  return answer.verdict === 'forward' ? found : undefined;
}

/** All on the way have to be up, or nothing is forwarded (bridge(4)). */
function wireOf(kernel: FreeBsdKernel, { jail, link, mac }: FreeBsdGuest): Wire | undefined {
  const inside = jail === undefined ? kernel.host : kernel.jails.get(jail);
  const own = inside === undefined ? undefined : findInterface(inside, link);
  if (inside === undefined || own === undefined)
    throw new Error(`there is no ${link} in ${jail ?? 'the host'}`);
  const port = own.peer !== undefined && bridgeOf(inside, own) === undefined ? own.peer : own;
  const vnet = allVnets(kernel).find(({ interfaces }) => interfaces.includes(port)) ?? inside;
  const bridge = bridgeOf(vnet, port) ?? port;
  const sender = mac ?? (port === own ? undefined : own.mac);
  if (sender === undefined) throw new Error(`say the MAC address of who is behind ${link}`);
  if (![own, port, bridge].every(({ up }) => up)) return undefined;
  return { vnet, port, bridge, mac: sender.toLowerCase() };
}
