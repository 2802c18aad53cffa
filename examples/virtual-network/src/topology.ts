/** The network that is built: names and addresses, and nothing that happens. */

export interface Guest {
  name: string;
  network: NetworkPlan;
  /** Where it lives; in a real host this would be a virtual machine with a tap device. */
  namespace: string;
  /** Its wire's end on the host. */
  port: string;
  mac: string;
  address: string;
}

export interface NetworkPlan {
  name: string;
  bridge: string;
  cidr: string;
  gateway: string;
  domain: string;
}

/** The outside world: a namespace with an HTTP server on a public address. Addresses from RFC 5737. */
export const outside = {
  namespace: 'outside',
  /** The world's end of the host's uplink. */
  link: 'world0',
  router: '203.0.113.1',
  httpAddress: '198.51.100.80',
} as const;

export const host = {
  uplink: 'uplink0',
  publicAddress: '203.0.113.2',
  publicNetwork: '203.0.113.0/24',
  metadataPort: 8775,
} as const;

export const metadata = { address: '169.254.169.254', port: 80 } as const;

export const blue: NetworkPlan = {
  name: 'blue',
  bridge: 'br-blue',
  cidr: '10.10.1.0/24',
  gateway: '10.10.1.1',
  domain: 'blue.example',
};

const green: NetworkPlan = {
  name: 'green',
  bridge: 'br-green',
  cidr: '10.10.2.0/24',
  gateway: '10.10.2.1',
  domain: 'green.example',
};

export const networks = [blue, green] as const;

export const web: Guest = guest('web', blue, 11);
export const app: Guest = guest('app', blue, 12);
export const db: Guest = guest('db', green, 11);

export const guests = [web, app, db] as const;

/** One-to-one for `web`. */
export const floatingAddress = '203.0.113.50';

/** A port of the host's own address that leads to `app`. */
export const portForward = { port: 8080, guest: app, toPort: 80 } as const;

function guest(name: string, network: NetworkPlan, number: number): Guest {
  const octets = network.cidr.split('.').slice(0, 3);
  return {
    name,
    network,
    namespace: `guest-${name}`,
    port: `port-${name}`,
    mac: `02:00:0a:0a:0${octets[2]}:${number.toString(16).padStart(2, '0')}`,
    address: `${octets.join('.')}.${number}`,
  };
}

/** A guest that nobody planned: the DHCP server does not know its MAC address. */
export const visitor: Guest = { ...guest('visitor', blue, 99) };
