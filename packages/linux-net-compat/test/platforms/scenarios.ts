import type { LinuxNet } from '../../src/index.js';
import { type End, FAR } from './layout.js';
import type { ScenarioLab } from './scenario-lab.js';

/** Where a packet arrives: at which port of whom, and from which address. */
export interface Arrival {
  at: End;
  port: number;
  from: string;
}

export interface Sent {
  from: End;
  /** One of the sender's other addresses. */
  source?: string;
  to: string;
  protocol: 'tcp' | 'udp';
  port: number;
}

/**
 * What the host is asked for by the functions of the legacy module, and what becomes of packets then, on every platform.
 * Left out is what the host itself sends to an address that is translated: pf redirects only what comes in, and its README says so.
 */
export interface Scenario {
  name: string;
  arrange(net: LinuxNet, lab: ScenarioLab): Promise<void>;
  packets: readonly (readonly [Sent, Arrival | undefined])[];
}

export const PORTS = [22, 53, 54, 67, 69, 80, 81, 1000, 1194, 8775] as const;

const HOST = '192.0.2.2';
const WORLD = '192.0.2.1';
const FLOATING = '192.0.2.50';
const [G1, G2, H1] = ['10.0.1.3', '10.0.1.4', '10.0.2.3'];

const tcp = (from: End, to: string, port: number, source?: string): Sent => ({
  ...{ from, to, port, protocol: 'tcp' },
  ...(source === undefined ? {} : { source }),
});
const udp = (from: End, to: string, port: number): Sent => ({ from, to, port, protocol: 'udp' });
const seen = (at: End, port: number, from: string): Arrival => ({ at, port, from });

const bridge = { bridge: 'br100', cidr: '10.0.1.0/24' };

/** What `initialize_gateway_device` reads of a network whose bridge is to have this address first. */
const served = (server: string, cidr: string) => ({ dhcp_server: server, cidr });

async function bindFloating(net: LinuxNet): Promise<void> {
  await net.initHost('10.0.0.0/16');
  await net.bindFloatingIp(FLOATING, 'ext0');
  await net.ensureFloatingForward(FLOATING, G1, 'ext0', bridge);
}

export const scenarios: readonly Scenario[] = [
  {
    name: 'nothing asked for: the host routes, and translates nothing',
    arrange: async () => {},
    packets: [
      [tcp('g1', WORLD, 80), seen('world', 80, G1)],
      [udp('g1', WORLD, 53), seen('world', 53, G1)],
      [tcp('world', G1, 80), seen('g1', 80, WORLD)],
      [tcp('g1', H1, 80), seen('h1', 80, G1)],
      [tcp('g1', HOST, 22), seen('host', 22, G1)],
      [tcp('g1', '169.254.169.254', 80), undefined],
      [tcp('world', FLOATING, 80), undefined],
    ],
  },
  {
    name: 'init_host: the fixed range leaves as the host; what goes to the DMZ, the range and the host itself keeps its address',
    arrange: (net) => net.initHost('10.0.0.0/16'),
    packets: [
      [tcp('g1', WORLD, 80), seen('world', 80, HOST)],
      [udp('g1', WORLD, 53), seen('world', 53, HOST)],
      [tcp('h1', WORLD, 81), seen('world', 81, HOST)],
      [udp('h1', WORLD, 69), seen('world', 69, HOST)],
      [tcp('g1', FAR, 80), seen('world', 80, G1)],
      [udp('h1', FAR, 53), seen('world', 53, H1)],
      [tcp('g1', H1, 80), seen('h1', 80, G1)],
      [udp('h1', G2, 53), seen('g2', 53, H1)],
      [tcp('g1', G2, 22), seen('g2', 22, G1)],
      [tcp('g1', HOST, 22), seen('host', 22, G1)],
      [tcp('g1', '10.0.1.1', 22), seen('host', 22, G1)],
      [tcp('world', G1, 80), seen('g1', 80, WORLD)],
      [udp('world', H1, 53), seen('h1', 53, WORLD)],
      [tcp('host', WORLD, 80), seen('world', 80, HOST)],
      [tcp('host', G1, 80), seen('g1', 80, '10.0.1.1')],
    ],
  },
  {
    name: 'a floating address: one guest is reached by it and leaves as it, from its own network too',
    arrange: bindFloating,
    packets: [
      [tcp('world', FLOATING, 80), seen('g1', 80, WORLD)],
      [tcp('world', FLOATING, 22), seen('g1', 22, WORLD)],
      [udp('world', FLOATING, 53), seen('g1', 53, WORLD)],
      [tcp('world', FLOATING, 81, FAR), seen('g1', 81, FAR)],
      [tcp('g1', WORLD, 80), seen('world', 80, FLOATING)],
      [udp('g1', WORLD, 53), seen('world', 53, FLOATING)],
      [tcp('g2', WORLD, 80), seen('world', 80, HOST)],
      [udp('h1', WORLD, 53), seen('world', 53, HOST)],
      [tcp('h1', FLOATING, 80), seen('g1', 80, H1)],
      [tcp('g1', G2, 80), seen('g2', 80, G1)],
      [tcp('g1', H1, 80), seen('h1', 80, G1)],
      [tcp('g1', HOST, 22), seen('host', 22, G1)],
      [tcp('world', HOST, 22), seen('host', 22, WORLD)],
    ],
  },
  {
    name: 'a floating address that was taken away: the guest is as the others again',
    arrange: async (net) => {
      await bindFloating(net);
      await net.removeFloatingForward(FLOATING, G1, 'ext0', bridge);
      await net.unbindFloatingIp(FLOATING, 'ext0');
    },
    packets: [
      [tcp('world', FLOATING, 80), undefined],
      [udp('world', FLOATING, 53), undefined],
      [tcp('g2', FLOATING, 80), undefined],
      [tcp('g1', WORLD, 80), seen('world', 80, HOST)],
      [udp('g1', WORLD, 53), seen('world', 53, HOST)],
      [tcp('world', G1, 80), seen('g1', 80, WORLD)],
    ],
  },
  {
    name: 'metadata: what guests ask of 169.254.169.254 goes to the service of the host, which is let in',
    arrange: async (net, lab) => {
      await lab.refuseInput();
      await net.metadataForward();
      await net.metadataAccept();
    },
    packets: [
      [tcp('g1', '169.254.169.254', 80), seen('host', 8775, G1)],
      [tcp('h1', '169.254.169.254', 80), seen('host', 8775, H1)],
      [tcp('g1', '169.254.169.254', 81), undefined],
      [udp('g1', '169.254.169.254', 80), undefined],
      [tcp('g1', HOST, 8775), seen('host', 8775, G1)],
      [tcp('world', HOST, 8775), seen('host', 8775, WORLD)],
      [udp('g1', HOST, 8775), undefined],
      [tcp('g1', HOST, 22), undefined],
      [tcp('g1', '10.0.1.1', 8775), undefined],
      [tcp('g1', WORLD, 80), seen('world', 80, G1)],
    ],
  },
  {
    name: 'DHCP and DNS are let in on one bridge, and nothing else of the host',
    arrange: async (net, lab) => {
      await lab.refuseInput();
      await net.addDnsmasqAcceptRules('br100');
    },
    packets: [
      [udp('g1', '10.0.1.1', 67), seen('host', 67, G1)],
      [udp('g1', '10.0.1.1', 53), seen('host', 53, G1)],
      [tcp('g1', '10.0.1.1', 53), seen('host', 53, G1)],
      [tcp('g2', '10.0.1.1', 67), seen('host', 67, G2)],
      [udp('g1', '10.0.1.1', 69), undefined],
      [udp('g1', '10.0.1.1', 54), undefined],
      [tcp('g1', '10.0.1.1', 22), undefined],
      [udp('h1', '10.0.2.1', 53), undefined],
      [udp('world', HOST, 53), undefined],
      [udp('g1', WORLD, 53), seen('world', 53, G1)],
    ],
  },
  {
    name: 'a VPN: one port of the host leads to a guest of a bridge that is closed otherwise',
    arrange: (net) => net.ensureVpnForward(HOST, 1000, G2),
    packets: [
      [udp('world', HOST, 1000), seen('g2', 1194, WORLD)],
      [tcp('world', HOST, 1000), seen('host', 1000, WORLD)],
      [udp('world', HOST, 1194), seen('host', 1194, WORLD)],
      [udp('world', HOST, 53), seen('host', 53, WORLD)],
      [udp('g2', WORLD, 1194), seen('world', 1194, G2)],
    ],
  },
  {
    name: 'a bridge without a gateway: nothing is forwarded in or out of it, and its guests reach each other',
    arrange: async (net) => {
      const driver = new net.LinuxBridgeInterfaceDriver();
      await driver.ensureBridge('br200', null, { gateway: false });
    },
    packets: [
      [tcp('h1', WORLD, 80), undefined],
      [udp('h1', G1, 53), undefined],
      [tcp('world', H1, 80), undefined],
      [tcp('g1', H1, 80), undefined],
      [tcp('h1', '10.0.2.1', 22), seen('host', 22, H1)],
      [tcp('g1', WORLD, 80), seen('world', 80, G1)],
      [tcp('g1', G2, 80), seen('g2', 80, G1)],
    ],
  },
  {
    name: 'the DHCP accept rules of a bridge taken back: the host is closed again',
    arrange: async (net, lab) => {
      await lab.refuseInput();
      await net.addDnsmasqAcceptRules('br100');
      await net.removeDnsmasqAcceptRules('br100');
    },
    packets: [
      [udp('g1', '10.0.1.1', 67), undefined],
      [tcp('g1', '10.0.1.1', 53), undefined],
    ],
  },
  {
    name: 'gateway devices: the host forwards, and the address of a DHCP server comes first, be it second before or first',
    arrange: async (net, { netdev }) => {
      await netdev.setForwarding('ipv4', false);
      await netdev.ensureAddress({ link: 'br100', cidr: '10.0.1.254/24' });
      await netdev.ensureAddress({ link: 'br200', cidr: '10.0.2.254/24' });
      await net.initializeGatewayDevice('br100', served('10.0.1.254', '10.0.1.0/24'));
      await net.initializeGatewayDevice('br200', served('10.0.2.1', '10.0.2.0/24'));
    },
    packets: [
      [tcp('host', G1, 80), seen('g1', 80, '10.0.1.254')],
      [udp('host', H1, 53), seen('h1', 53, '10.0.2.1')],
      [tcp('g1', '10.0.1.254', 22), seen('host', 22, G1)],
      [tcp('g1', '10.0.1.1', 22), seen('host', 22, G1)],
      [tcp('h1', '10.0.2.254', 22), seen('host', 22, H1)],
      [tcp('g1', WORLD, 80), seen('world', 80, G1)],
      [tcp('g1', H1, 80), seen('h1', 80, G1)],
      [tcp('world', H1, 80), seen('h1', 80, WORLD)],
    ],
  },
];
