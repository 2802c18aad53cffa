import { getServers } from 'node:dns';
import { isIP } from 'node:net';
import {
  type DhcpDriver,
  type DhcpLease,
  isNetDevError,
  parseIpAddress,
  parseMacAddress,
  UnsupportedError,
} from 'netdev-core';
import type { FixedIp, LinuxNetContext } from '../context.js';
import type { HeldLease } from '../dhcpbridge/lease-handler.js';
import { leaseLines } from '../dhcpbridge/lease-lines.js';
import { parseLease } from '../dhcpbridge/parse-lease.js';
import { deviceExists } from '../interfaces/device-exists.js';
import type { DhcpBackend } from './dhcp-backend.js';
import type { DhcpNetwork } from './dhcp-network.js';
import { dnsServersOf } from './dns-servers.js';
import { driverKey, driverNetwork, KEY_PREFIX } from './driver-network.js';
import { allFixedIps, servedFixedIps } from './network-fixed-ips.js';
import { releaseFailed } from './release-dhcp.js';
import { DNSMASQ_LOCK } from './restart-dhcp.js';

/** The functions of the module over the DHCP contract: the same records, typed, without files of ours. */
export function createDriverBackend(context: LinuxNetContext, open: () => Promise<DhcpDriver>): DhcpBackend {
  const { conf, rules, locks } = context;

  const serve = async (device: string, network: DhcpNetwork, fixedIps: readonly FixedIp[]): Promise<void> => {
    const driver = await open();
    const knowsNames = network.multi_host && driver.capabilities.has('dns');
    const wanted = driverNetwork({
      conf,
      device,
      network,
      fixedIps,
      namedIps: knowsNames ? await allFixedIps(context, network) : [],
      upstreamServers: upstreamServers(context, network),
    });
    await locks.hold(DNSMASQ_LOCK, async () => {
      await rules.addDhcpMangleRule(device);
      if (!conf.fake_network) await driver.ensure(wanted);
      await rules.addDnsmasqAcceptRules(device);
    });
  };

  return {
    async getDhcpLeases(network) {
      const driver = await open();
      const address = parseIpAddress(network.dhcp_server, 'network.dhcp_server');
      const servers = (await driver.list()).filter(
        ({ key, serverAddress }) => key.startsWith(KEY_PREFIX) && serverAddress === address,
      );
      const leases = await Promise.all(servers.map(({ key }) => driver.leases(key)));
      return leaseLines(leases.flat().flatMap(heldLease), 0).trimEnd();
    },

    async dnsmasqPidFor(device) {
      const key = driverKey(device);
      const servers = await (await open()).list();
      return servers.find((server) => server.key === key)?.pid ?? null;
    },

    async releaseDhcp(device, address, mac) {
      const key = driverKey(device);
      const wanted = { address: parseIpAddress(address, 'address'), mac: parseMacAddress(mac, 'mac') };
      if (conf.fake_network || !(await deviceExists(context, device))) return;
      try {
        const driver = await open();
        const leases = await driver.leases(key);
        // As dnsmasq does it: the lease of another guest stays.
        if (leases.some((lease) => lease.address === wanted.address && lease.mac === wanted.mac)) {
          await driver.release(key, wanted.address);
        }
      } catch (error) {
        throw isNetDevError(error) ? releaseFailed(device, address, mac, error) : error;
      }
    },

    async updateDhcp(device, network) {
      await serve(device, network, await servedFixedIps(context, network));
    },

    async updateDns(device, network) {
      const { name, capabilities } = await open();
      if (!capabilities.has('dns')) {
        throw new UnsupportedError({
          operation: 'update the DNS names of',
          object: device,
          detail: `the DHCP driver ${name} has no DNS`,
          hint: 'use a driver with the capability dns',
        });
      }
      await serve(device, network, await servedFixedIps(context, network));
    },

    async updateDhcpHostfileWithText(device) {
      throw new UnsupportedError({
        operation: 'write the hosts file of',
        object: device,
        detail: `the DHCP driver ${(await open()).name} reads no file of dnsmasq`,
        hint: 'update_dhcp brings the fixed addresses to it',
      });
    },

    async killDhcp(device) {
      const key = driverKey(device);
      if (!conf.fake_network) await (await open()).remove(key, { keepLeases: true });
      await rules.removeDnsmasqAcceptRules(device);
      await rules.removeDhcpMangleRule(device);
    },

    restartDhcp: serve,
  };
}

/** Where the original leaves it to dnsmasq to ask the host's own servers, they are named here. */
function upstreamServers(context: LinuxNetContext, network: DhcpNetwork): readonly string[] {
  const named = dnsServersOf(context, network);
  // Those with a port or a zone have no place in the contract.
  return named.length > 0
    ? named
    : getServers().filter((server) => isIP(server) !== 0 && !server.includes('%'));
}

/** IPv6 leases have no place in the lease file of an IPv4 network. */
function heldLease({ address, mac, hostname, clientId, expires }: DhcpLease): HeldLease[] {
  if (mac === undefined) return [];
  const seconds = expires === undefined ? 0 : Math.floor(expires.getTime() / 1000);
  return [parseLease({ address, mac, hostname, clientId, expires: seconds })];
}
