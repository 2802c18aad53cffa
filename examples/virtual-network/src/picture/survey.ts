import type { Host } from '../host.js';
import {
  floatingAddress,
  guests,
  metadata,
  networks,
  outside,
  host as plan,
  portForward,
  web,
} from '../topology.js';

/** What the pictures show, read from the running network. */
export interface Survey {
  outside: { addresses: string[] };
  host: { uplink: string; addresses: string[]; ways: string[] };
  networks: {
    name: string;
    bridge: string;
    addresses: string[];
    domain: string;
    guests: {
      name: string;
      port: string;
      mac: string;
      addresses: string[];
      leaseEnds: Date | undefined;
      floating: string | undefined;
    }[];
  }[];
  groups: { key: string; rules: number; packets: number }[];
}

export async function takeSurvey({ netdev, firewall, dhcp }: Host): Promise<Survey> {
  const addressesOf = async (driver: Host['netdev'], link: string): Promise<string[]> =>
    (await driver.listAddresses({ link, family: 'ipv4' })).map(({ cidr }) => cidr);
  const within = async (name: string, link: string): Promise<string[]> => {
    await using driver = await netdev.inNamespace({ name });
    return await addressesOf(driver, link);
  };
  return {
    outside: {
      addresses: [`${outside.httpAddress} (HTTP)`, ...(await within(outside.namespace, outside.link))],
    },
    host: {
      uplink: plan.uplink,
      addresses: await addressesOf(netdev, plan.uplink),
      ways: [
        `${floatingAddress} is ${web.name}`,
        `${plan.publicAddress}:${portForward.port} is ${portForward.guest.name}:${portForward.toPort}`,
        `${metadata.address}:${metadata.port} is port ${plan.metadataPort} here`,
      ],
    },
    networks: await Promise.all(
      networks.map(async (network) => {
        const leases = await dhcp.leases(network.name);
        return {
          name: network.name,
          bridge: network.bridge,
          addresses: await addressesOf(netdev, network.bridge),
          domain: network.domain,
          guests: await Promise.all(
            guests
              .filter((guest) => guest.network === network)
              .map(async ({ name, port, mac, namespace, address }) => ({
                name,
                port,
                mac,
                addresses: await within(namespace, 'eth0'),
                leaseEnds: leases.find((lease) => lease.address === address)?.expires,
                floating: name === web.name ? floatingAddress : undefined,
              })),
          ),
        };
      }),
    ),
    groups: (await firewall.status()).map(({ key, rules, packets }) => ({
      key,
      rules,
      packets: Number(packets),
    })),
  };
}
