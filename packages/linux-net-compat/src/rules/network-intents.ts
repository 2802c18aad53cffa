import type { Intent } from 'netdev-core';
import type { LinuxNetConf } from '../conf/linux-net-conf.js';
import type { ForwardingOptions } from '../network/bridge-forwarding.js';
import type { FloatingForward } from '../network/floating-ip.js';
import type { ExternalOption } from '../network/host-rules.js';
import { isLoopback } from '../network/metadata.js';

/** The port of a guest's VPN service. */
const VPN_PORT = 1194;

/** The key of a group; it may hold letters, digits and `. _ : / -` only. */
export function keyOf(what: string, which: string): string {
  return `${what}/${which}`;
}

/** What guests ask of 169.254.169.254 goes to the metadata service; one on this host is reached by `my_ip`. */
export function metadataRedirect({ metadata_host, metadata_port, my_ip }: LinuxNetConf): Intent {
  return {
    kind: 'redirect',
    protocol: 'tcp',
    address: '169.254.169.254',
    port: 80,
    toAddress: isLoopback(metadata_host) ? my_ip : metadata_host,
    toPort: metadata_port,
  };
}

export function metadataAccept({ metadata_host, metadata_port }: LinuxNetConf): Intent {
  return {
    kind: 'accept-input',
    protocol: 'tcp',
    ports: metadata_port,
    ...(isLoopback(metadata_host) ? {} : { destination: metadata_host }),
  };
}

/** What a network sends out leaves as `routing_source_ip`. */
export function sourceNat(
  { routing_source_ip, public_interface, force_snat_range }: LinuxNetConf,
  source: string,
  { isExternal = false }: ExternalOption = {},
): Intent[] {
  if (routing_source_ip === '') return [];
  const nat = { kind: 'source-nat', source, to: routing_source_ip } as const;
  if (isExternal) return force_snat_range.map((destination): Intent => ({ ...nat, destination }));
  return [public_interface === '' ? nat : { ...nat, interface: public_interface }];
}

/** What a network sends to the metadata service, to a DMZ and to itself keeps its address. */
export function noNat({ metadata_host, dmz_cidr }: LinuxNetConf, source: string): Intent[] {
  return [`${metadata_host}/32`, ...dmz_cidr, source].map((destination) => ({
    kind: 'no-nat',
    source,
    destination,
  }));
}

export function vpnForward(address: string, port: number | string, toAddress: string): Intent {
  return {
    kind: 'port-forward',
    address,
    protocol: 'udp',
    port: Number(port),
    toAddress,
    toPort: VPN_PORT,
  };
}

export function floatingAddress([floating, fixed, device, { cidr }]: FloatingForward): Intent {
  return {
    kind: 'floating-address',
    floating,
    fixed,
    hairpin: cidr,
    ...(device === null || device === '' ? {} : { interface: device }),
  };
}

/** DHCP and DNS from a device. */
export function acceptDnsmasq(device: string): Intent[] {
  return [67, 53].flatMap((ports) =>
    (['udp', 'tcp'] as const).map(
      (protocol): Intent => ({ kind: 'accept-input', interface: device, protocol, ports }),
    ),
  );
}

/** What the host forwards in and out of a bridge. */
export function bridgeForwarding(
  { forward_bridge_interface: devices }: LinuxNetConf,
  bridge: string,
  { gateway = true }: ForwardingOptions = {},
): Intent {
  const named = devices.filter((device) => device !== '');
  if (!gateway || named.length === 0) return { kind: 'forward-policy', bridge, policy: 'closed' };
  if (named.includes('all')) return { kind: 'forward-policy', bridge, policy: 'open' };
  return { kind: 'forward-policy', bridge, policy: 'open', interfaces: named };
}
