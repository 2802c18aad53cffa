import {
  cidrAddress,
  netmask,
  type ParsedDhcpRange,
  prefixLength,
  type RouterAdvertisement,
} from 'netdev-core';
import type { ServedSubnet } from './subnet-tags.js';

/** How dnsmasq calls what its router advertisements say of a range (dnsmasq(8), dhcp-range). */
const advertisementWords: Readonly<Record<RouterAdvertisement['mode'], string | undefined>> = {
  slaac: 'ra-only',
  stateless: 'ra-stateless',
  stateful: undefined,
  both: 'slaac',
};

/** The lines of one subnet: what it hands out, and what it tells with it. */
export function renderSubnet(subnet: ServedSubnet): string[] {
  return [...renderRanges(subnet), ...renderOwnOptions(subnet)];
}

function renderRanges(subnet: ServedSubnet): string[] {
  const { network, ranges, leaseTime, tag, family } = subnet;
  const set = tag === undefined ? [] : [`set:${tag}`];
  const size = family === 'ipv4' ? netmask(network) : String(prefixLength(network));
  const advertise = 'advertise' in subnet ? subnet.advertise : undefined;
  const word = advertise && advertisementWords[advertise.mode];
  const render = (words: readonly string[]): string =>
    `dhcp-range=${[...set, ...words, size, `${leaseTime}s`].join(',')}`;
  // Without a range, those words that speak of no addresses stand by themselves.
  if (word === 'ra-only' || word === 'ra-stateless') return [render([cidrAddress(network), word])];
  const words = word === undefined ? [] : [word];
  if (ranges.length === 0) return [render([cidrAddress(network), 'static', ...words])];
  return ranges.map(({ first, last }: ParsedDhcpRange) => render([first, last, ...words]));
}

function renderOwnOptions({ family, gateway, dnsServers, tag }: ServedSubnet): string[] {
  const tagged = tag === undefined ? '' : `tag:${tag},`;
  if (family === 'ipv6') {
    return [`dhcp-option=${tagged}option6:dns-server${dnsServers.map((server) => `,[${server}]`).join('')}`];
  }
  return [
    // An option without a value is not sent, not even by default.
    `dhcp-option=${tagged}option:router${gateway === undefined ? '' : `,${gateway}`}`,
    `dhcp-option=${tagged}option:dns-server${dnsServers.map((server) => `,${server}`).join('')}`,
  ];
}

/** How the device's router advertisements are sent; nothing where dnsmasq's own choice is wanted. */
export function renderAdvertisement(
  device: string,
  { interval, routerLifetime }: RouterAdvertisement,
): string[] {
  if (interval === undefined && routerLifetime === undefined) return [];
  // An interval of 0 is dnsmasq's own (radv.c, calc_interval).
  return [
    `ra-param=${[device, interval ?? 0, ...(routerLifetime === undefined ? [] : [routerLifetime])].join(',')}`,
  ];
}
