import type { Host } from './host.js';
import {
  floatingAddress,
  type Guest,
  guests,
  host as hostPlan,
  metadata,
  type NetworkPlan,
  networks,
  outside,
  portForward,
  web,
} from './topology.js';

/** Builds everything, or mends what is missing: a second run changes nothing. */
export async function buildNetwork(host: Host, signal?: AbortSignal): Promise<void> {
  const { netdev, firewall } = host;
  await connectOutside(host, signal);
  await netdev.setForwarding('ipv4', true, { signal });
  await firewall.defer(
    async () => {
      for (const network of networks) await buildBridgedNetwork(host, network, signal);
      await publish(host);
      await firewall.apply();
    },
    { signal },
  );
  await netdev.announceAddress(hostPlan.uplink, floatingAddress, { signal });
  for (const guest of guests) await plugGuest(host, guest, signal);
}

/** A wire to the world, where nobody knows a way back to the guests' private addresses. */
async function connectOutside({ netdev }: Host, signal?: AbortSignal): Promise<void> {
  await ensureNamespace(netdev, outside.namespace, signal);
  await netdev.ensureLink(
    {
      kind: 'veth',
      name: hostPlan.uplink,
      up: true,
      peer: { name: outside.link, namespace: { name: outside.namespace } },
    },
    { signal },
  );
  await netdev.ensureAddress({ link: hostPlan.uplink, cidr: `${hostPlan.publicAddress}/24` }, { signal });
  await netdev.ensureRoute({ destination: 'default', via: outside.router }, { signal });

  await using world = await netdev.inNamespace({ name: outside.namespace }, { signal });
  const loopback = await bringUpLoopback(world, signal);
  await world.updateLink(outside.link, { up: true }, { signal });
  await world.ensureAddress({ link: outside.link, cidr: `${outside.router}/24` }, { signal });
  await world.ensureAddress({ link: loopback, cidr: `${outside.httpAddress}/32` }, { signal });
}

/** Platforms name it differently; gives its name. */
async function bringUpLoopback(netdev: Host['netdev'], signal?: AbortSignal): Promise<string> {
  const loopback = (await netdev.listLinks({}, { signal })).find(({ kind }) => kind === 'loopback');
  if (loopback === undefined) throw new Error('this network stack has no loopback device');
  await netdev.updateLink(loopback.name, { up: true }, { signal });
  return loopback.name;
}

/** A bridge with the gateway's address, a DHCP and DNS server, and what the firewall lets through. */
async function buildBridgedNetwork(
  { netdev, firewall, dhcp }: Host,
  network: NetworkPlan,
  signal?: AbortSignal,
): Promise<void> {
  const { bridge, cidr, gateway, domain, name } = network;
  await netdev.ensureLink(
    { kind: 'bridge', name: bridge, forwardDelay: 0, stp: false, up: true },
    { signal },
  );
  await netdev.ensureAddress({ link: bridge, cidr: `${gateway}/24` }, { signal });

  await firewall.put({
    key: `network/${name}`,
    intents: [
      { kind: 'accept-input', interface: bridge, protocol: 'udp', ports: 67 },
      { kind: 'accept-input', interface: bridge, protocol: 'udp', ports: 53 },
      { kind: 'accept-input', interface: bridge, protocol: 'tcp', ports: 53 },
      { kind: 'forward-policy', bridge, policy: 'outbound' },
      { kind: 'source-nat', source: cidr, interface: hostPlan.uplink, to: hostPlan.publicAddress },
      {
        kind: 'redirect',
        interface: bridge,
        protocol: 'tcp',
        ...metadata,
        toAddress: gateway,
        toPort: hostPlan.metadataPort,
      },
    ],
  });
  const ports = guests.filter((guest) => guest.network === network).map(({ port }) => port);
  await firewall.put({ key: `dhcp-guard/${name}`, intents: [{ kind: 'dhcp-guard', ports }] });

  await dhcp.ensure(
    {
      key: name,
      interface: bridge,
      network: cidr,
      serverAddress: gateway,
      domain,
      leaseTime: 600,
      hosts: guests
        .filter((guest) => guest.network === network)
        .map((guest) => ({ mac: guest.mac, address: guest.address, hostname: guest.name })),
    },
    { signal },
  );
}

/** The ways in: a floating address for one guest, a port of the host's own address for another. */
async function publish({ netdev, firewall }: Host): Promise<void> {
  await netdev.ensureAddress({ link: hostPlan.uplink, cidr: `${floatingAddress}/32` });
  await firewall.put({
    key: `floating/${floatingAddress}`,
    intents: [
      {
        kind: 'floating-address',
        floating: floatingAddress,
        fixed: web.address,
        interface: hostPlan.uplink,
        hairpin: web.network.cidr,
      },
    ],
  });
  const { port, guest, toPort } = portForward;
  await firewall.put({
    key: `forward/${port}`,
    intents: [
      {
        kind: 'port-forward',
        address: hostPlan.publicAddress,
        protocol: 'tcp',
        port,
        toAddress: guest.address,
        toPort,
        hairpin: guest.network.cidr,
      },
    ],
  });
}

/** A guest's wire: one end a port of the bridge, the other its network card. */
export async function plugGuest({ netdev }: Host, guest: Guest, signal?: AbortSignal): Promise<void> {
  await ensureNamespace(netdev, guest.namespace, signal);
  await netdev.ensureLink(
    {
      kind: 'veth',
      name: guest.port,
      master: guest.network.bridge,
      up: true,
      // For the guest that speaks to its own floating address, where ports can be told so.
      ...(netdev.capabilities.has('port-settings') ? { hairpin: true } : {}),
      peer: { name: 'eth0', mac: guest.mac, namespace: { name: guest.namespace } },
    },
    { signal },
  );
  await using inside = await netdev.inNamespace({ name: guest.namespace }, { signal });
  await bringUpLoopback(inside, signal);
  await inside.updateLink('eth0', { up: true }, { signal });
}

/** Takes a guest away; its wire goes with its namespace. */
export async function unplugGuest({ netdev }: Host, guest: Guest): Promise<void> {
  await netdev.deleteLink(guest.port);
  await netdev.deleteNamespace(guest.namespace);
}

/** Takes everything down, in the reverse order, and leaves what was there before. */
export async function removeNetwork(host: Host, before: { forwarding: boolean }): Promise<void> {
  const { netdev, firewall, dhcp } = host;
  for (const guest of guests) await unplugGuest(host, guest);
  for (const network of networks) await dhcp.remove(network.name);
  await firewall.clear();
  for (const network of networks) await netdev.deleteLink(network.bridge);
  await netdev.deleteLink(hostPlan.uplink);
  await netdev.deleteNamespace(outside.namespace);
  await netdev.setForwarding('ipv4', before.forwarding);
}

async function ensureNamespace(netdev: Host['netdev'], name: string, signal?: AbortSignal): Promise<void> {
  if (!(await netdev.listNamespaces({ signal })).includes(name))
    await netdev.createNamespace(name, { signal });
}
