import {
  cidrAddress,
  ipFamily,
  ipToBytes,
  type ParsedDhcpNetwork,
  type ParsedDnsForwarder,
  prefixLength,
} from 'netdev-core';

/** Whom the server asks for names that it does not know itself (dnsmasq(8), server and local). */
export function renderForwarding({
  domain,
  upstreamServers,
  forwarders,
}: Pick<ParsedDhcpNetwork, 'domain' | 'upstreamServers' | 'forwarders'>): string[] {
  return [
    ...upstreamServers.map((server) => `server=${server}`),
    ...forwarders.flatMap(renderForwarder),
    // Names without a dot and private addresses are nobody else's business.
    'domain-needed',
    'bogus-priv',
    ...(domain === undefined ? [] : [`domain=${domain}`, `local=/${domain}/`, 'expand-hosts']),
  ];
}

function renderForwarder({ domain, servers }: ParsedDnsForwarder): string[] {
  const zone = domain.includes('/') ? reverseZone(domain) : domain;
  return servers.length === 0 ? [`local=/${zone}/`] : servers.map((server) => `server=/${zone}/${server}`);
}

/** The zone of a network's addresses: `2.0.192.in-addr.arpa` (RFC 1035, 3.5; RFC 3596, 2.5). */
function reverseZone(text: string): string {
  const network = text as Parameters<typeof cidrAddress>[0];
  const bytes = [...ipToBytes(cidrAddress(network))];
  if (ipFamily(network) === 'ipv4') {
    return `${bytes
      .slice(0, prefixLength(network) / 8)
      .reverse()
      .join('.')}.in-addr.arpa`;
  }
  const digits = bytes.flatMap((byte) => [byte >> 4, byte & 15]).slice(0, prefixLength(network) / 4);
  return `${digits
    .reverse()
    .map((digit) => digit.toString(16))
    .join('.')}.ip6.arpa`;
}
