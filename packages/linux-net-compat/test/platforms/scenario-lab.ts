import type { FirewallManager, NetDevDriver } from 'netdev-core';
import type { Runner } from 'netdev-exec';
import type { LinuxNetOptions } from '../../src/index.js';
import { createLinuxNet } from '../../src/index.js';
import { layout } from './layout.js';
import type { Arrival, Scenario, Sent } from './scenarios.js';

/** A host laid out as {@link layout} says, on some platform. */
export interface ScenarioLab {
  netdev: NetDevDriver;
  firewall: FirewallManager;
  runner: Runner;
  /** Lets nothing into the host any more that no rule lets in; answers to what it asked still come. */
  refuseInput(): Promise<void>;
  /** Sends all at once, of which so many are to arrive; says where each arrives. */
  send(packets: readonly Sent[], options: { arriving: number }): Promise<(Arrival | undefined)[]>;
  close(): Promise<void>;
}

const conf: NonNullable<LinuxNetOptions['conf']> = {
  my_ip: '192.0.2.2',
  public_interface: 'ext0',
  dmz_cidr: ['198.51.100.0/24'],
};

/** Gives the host what is the same everywhere: bridges with their addresses and ports, and forwarding. */
export async function layOut(netdev: NetDevDriver): Promise<void> {
  const { uplink, bridges, ends } = layout;
  await netdev.ensureAddress({ link: uplink.name, cidr: uplink.address });
  for (const { name, address } of bridges) {
    await netdev.ensureLink({ kind: 'bridge', name, up: true });
    await netdev.ensureAddress({ link: name, cidr: address });
  }
  for (const end of Object.values(ends)) {
    if ('bridge' in end) await netdev.updateLink(end.port, { up: true, master: end.bridge });
  }
  await netdev.setForwarding('ipv4', true);
}

/** What became of the packets of a scenario, in words that a difference is easily seen in. */
export async function play(lab: ScenarioLab, { arrange, packets }: Scenario): Promise<string[]> {
  const { netdev, firewall, runner } = lab;
  const net = createLinuxNet({ binaryName: 'nova', conf, netdev, firewall, runner });
  await arrange(net, lab);
  await firewall.apply();
  const arriving = packets.filter(([, arrival]) => arrival !== undefined).length;
  const arrivals = await lab.send(
    packets.map(([sent]) => sent),
    { arriving },
  );
  return arrivals.map((arrival, place) => inWords(packets[place]?.[0], arrival));
}

export function expected({ packets }: Scenario): string[] {
  return packets.map(([sent, arrival]) => inWords(sent, arrival));
}

function inWords(sent: Sent | undefined, arrival: Arrival | undefined): string {
  const { from, source, to, protocol, port } = sent as Sent;
  const asked = `${from}${source === undefined ? '' : ` (${source})`} to ${to} ${protocol} ${port}`;
  return arrival === undefined
    ? `${asked}: nowhere`
    : `${asked}: ${arrival.at} ${arrival.port} from ${arrival.from}`;
}
