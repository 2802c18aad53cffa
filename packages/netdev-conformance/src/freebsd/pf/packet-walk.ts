import { inNetwork } from '../addressing.js';
import type { FreeBsdVersion } from '../kernel.js';
import type { NetworkInterface } from '../network-interface.js';
import { linkTowards } from '../routing-table.js';
import { bridgeOf, findInterface, type Vnet } from '../vnet.js';
import type { Pf } from './create-pf.js';
import { familyOfPacket, type PfPacket } from './packet.js';
import { pfOf } from './vnet-pf.js';

/** A packet as it comes to a host. */
export interface FreeBsdPacket extends PfPacket {
  /** The interface it comes in by, a port of a bridge or another. Left out: the host itself sends it. */
  in?: string | undefined;
  /** The MAC that it comes from. Left out: one that no rule names. */
  mac?: string | undefined;
  /** The port of the bridge that leads to where it goes. Left out: it is not filtered there. */
  outPort?: string | undefined;
}

/** What becomes of a packet. */
export interface FreeBsdFate {
  /** `input`: it reaches the host itself; `forward`: it leaves by `out`; `drop`: it ends here. */
  verdict: 'input' | 'forward' | 'drop';
  /** The rule that decided, or the host's own reason. */
  because: string;
  /** The interface it leaves by: the bridge, for what goes on by one. */
  out: string | undefined;
  /** As it is then. */
  packet: PfPacket;
}

const NOBODY = '02:00:00:00:00:fe';

/**
 * Sends a packet through a stack: ether rules on the port, then, for what stays on a bridge, pf on its ports and on the
 * bridge as `net.link.bridge.pfil_*` say; for all else pf on the interface it is received on, the route, and pf on the
 * one it leaves by. What is for the host or routed by it counts as received on the bridge, and meets pf on the port
 * only with `pfil_local_phys`.
 */
export function walkPacket(vnet: Vnet, version: FreeBsdVersion, given: FreeBsdPacket): FreeBsdFate {
  return new Walk(vnet, pfOf(vnet, version), given).run();
}

/** How much of an address a route's destination tells: the most exact route is taken. */
function lengthOf(destination: string): number {
  return destination === 'default' ? 0 : Number(destination.split('/')[1]);
}

class Dropped extends Error {}

class Walk {
  readonly #vnet: Vnet;
  readonly #pf: Pf;
  readonly #given: FreeBsdPacket;
  #packet: PfPacket;
  #because = 'no rule';

  constructor(vnet: Vnet, pf: Pf, given: FreeBsdPacket) {
    this.#vnet = vnet;
    this.#pf = pf;
    this.#given = given;
    const { in: _in, mac: _mac, outPort: _outPort, ...packet } = given;
    this.#packet = packet;
  }

  run(): FreeBsdFate {
    try {
      return this.#given.in === undefined ? this.#leave() : this.#arrive(this.#interface(this.#given.in));
    } catch (error) {
      if (!(error instanceof Dropped)) throw error;
      return this.#fate('drop', undefined);
    }
  }

  #arrive(port: NetworkInterface): FreeBsdFate {
    this.#frame('in', port.name);
    const bridge = bridgeOf(this.#vnet, port);
    if (bridge !== undefined && this.#staysOn(bridge)) return this.#bridged(port, bridge);
    if (bridge !== undefined && this.#setting('pfil_local_phys')) this.#filter('in', port.name);
    this.#filter('in', (bridge ?? port).name);
    if (this.#isLocal()) return this.#fate('input', undefined);
    const forwards =
      familyOfPacket(this.#packet) === 'inet' ? 'net.inet.ip.forwarding' : 'net.inet6.ip6.forwarding';
    if (this.#vnet.sysctls.get(forwards) !== 1) return this.#drop('the host does not forward');
    return this.#leave();
  }

  /** A neighbour on the same bridge: its sender sends to it and not to the host. */
  #staysOn(bridge: NetworkInterface): boolean {
    const { to } = this.#packet;
    if (this.#isLocal()) return false;
    if (bridge.addresses.length === 0) return true;
    return bridge.addresses.some((own) => own.family === familyOfPacket(this.#packet) && inNetwork(own, to));
  }

  #bridged(port: NetworkInterface, bridge: NetworkInterface): FreeBsdFate {
    const onPorts = this.#setting('pfil_member');
    const onBridge = this.#setting('pfil_bridge');
    if (onBridge) this.#filter('in', bridge.name);
    if (onPorts) this.#filter('in', port.name);
    if (onBridge) this.#filter('out', bridge.name);
    const { outPort } = this.#given;
    if (outPort !== undefined) {
      if (onPorts) this.#filter('out', outPort);
      this.#frame('out', outPort);
    }
    return this.#fate('forward', bridge.name);
  }

  #leave(): FreeBsdFate {
    if (this.#isLocal()) return this.#fate('input', undefined);
    const link = this.#route(this.#packet.to);
    if (link === undefined) return this.#drop('no route');
    this.#filter('out', link.name);
    const { outPort } = this.#given;
    this.#frame('out', outPort !== undefined && link.bridge !== undefined ? outPort : link.name);
    return this.#fate('forward', link.name);
  }

  #route(to: string): NetworkInterface | undefined {
    const direct = linkTowards(this.#vnet, to);
    if (direct !== undefined) return direct;
    const [best] = this.#vnet.routes
      .filter(({ family, destination }) => {
        const [address = '', length = '0'] = destination.split('/');
        if (family !== familyOfPacket({ from: to })) return false;
        return destination === 'default' || inNetwork({ address, length: Number(length) }, to);
      })
      .sort((one, other) => lengthOf(other.destination) - lengthOf(one.destination));
    return best?.link;
  }

  #isLocal(): boolean {
    const { to } = this.#packet;
    const isGroup = to.includes(':') ? to.startsWith('ff') : Number(to.split('.')[0]) >= 224;
    return (
      isGroup || this.#vnet.interfaces.some(({ addresses }) => addresses.some((own) => own.address === to))
    );
  }

  #filter(direction: 'in' | 'out', name: string): void {
    const { action, packet, because } = this.#pf.packet(direction, name, this.#packet);
    this.#because = `${because} (${direction} on ${name})`;
    if (action === 'block') throw new Dropped();
    this.#packet = packet;
  }

  #frame(direction: 'in' | 'out', name: string): void {
    const { from, to, bytes, tag } = this.#packet;
    const { action, tag: tagged } = this.#pf.frame(direction, name, {
      from: direction === 'in' ? (this.#given.mac ?? NOBODY) : NOBODY,
      to: NOBODY,
      etherType: familyOfPacket(this.#packet) === 'inet' ? 0x0800 : 0x86dd,
      l3: { from, to },
      bytes,
      tag,
    });
    if (action === 'block') {
      this.#because = `an ether rule (${direction} on ${name})`;
      throw new Dropped();
    }
    this.#packet = { ...this.#packet, tag: tagged };
  }

  #setting(name: string): boolean {
    return this.#vnet.sysctls.get(`net.link.bridge.${name}`) === 1;
  }

  #interface(name: string): NetworkInterface {
    const found = findInterface(this.#vnet, name);
    if (found === undefined) throw new Error(`the host has no ${name}`);
    return found;
  }

  #drop(because: string): FreeBsdFate {
    this.#because = because;
    return this.#fate('drop', undefined);
  }

  #fate(verdict: FreeBsdFate['verdict'], out: string | undefined): FreeBsdFate {
    return { verdict, because: this.#because, out, packet: this.#packet };
  }
}
