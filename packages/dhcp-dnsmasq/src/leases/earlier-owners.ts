import type { IpAddress, ParsedDhcpHost } from 'netdev-core';

/** Whether an address was another host's before. */
export type WasOfAnother = (address: IpAddress, host: ParsedDhcpHost) => boolean;

/**
 * Reads lines of the file of hosts that was there before a change. What a host is known by stands there as bytes in hex, a
 * client id or DUID behind `id:`, and an IPv6 address in brackets.
 */
export function earlierOwners(lines: () => readonly string[]): WasOfAnother {
  let owners: Map<string, readonly string[]> | undefined;
  return (address, { mac, clientId, duid }) => {
    owners ??= ownersIn(lines());
    const owner = owners.get(address);
    return owner !== undefined && !owner.some((known) => [mac, clientId, duid].includes(known));
  };
}

function ownersIn(lines: readonly string[]): Map<string, readonly string[]> {
  const owners = new Map<string, readonly string[]>();
  for (const line of lines) {
    const words = line.split(',');
    const known = words
      .map((word) => word.replace(/^id:/, ''))
      .filter((word) => /^[0-9a-f]{2}(?::[0-9a-f]{2})+$/.test(word));
    for (const word of words) if (word.startsWith('[')) owners.set(word.slice(1, -1), known);
  }
  return owners;
}
