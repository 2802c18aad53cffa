import type { DhcpCapability } from 'netdev-core';
import { type DhcpDevice, type DhcpFactory, dhcpTopology } from '../src/dhcp.js';
import { createMemoryHost, type MemoryHost } from '../src/index.js';

async function createHost(): Promise<MemoryHost> {
  const host = createMemoryHost();
  await using netdev = await host.netdev();
  for (const [name, { address }] of Object.entries(dhcpTopology)) {
    await netdev.createLink({ kind: 'bridge', name, up: true });
    await netdev.ensureAddress({ link: name, cidr: address });
  }
  return host;
}

/** The DHCP suite's way to the memory host. */
export const memoryDhcp = (without: readonly DhcpCapability[] = []): DhcpFactory<MemoryHost> => ({
  setup: createHost,
  open: (host) => host.dhcp({ without }),
  teardown: async () => {},
  client: (host) => ({
    async request(device, mac, hostname) {
      const offer = host.requestLease(keyOn(device), mac, hostname);
      if (offer === undefined) return undefined;
      const { address, gateway, dnsServers, domain, mtu, leaseTime } = offer;
      return {
        address,
        dnsServers,
        leaseTime,
        ...(gateway === undefined ? {} : { gateway }),
        ...(domain === undefined ? {} : { domain }),
        ...(mtu === undefined ? {} : { mtu }),
      };
    },
    resolve: async (device, name) => host.resolveName(keyOn(device), name),
  }),
  killServer: async (host, key) => host.killDhcpServer(key),
});

/** The suite serves one network on each device. */
function keyOn(device: DhcpDevice): string {
  return device === 'dhcp0' ? 'cf/lab' : 'cf-open';
}
