import { randomBytes } from 'node:crypto';
import type { DhcpHost, DomainName, ParsedDhcpHost } from 'netdev-core';
import { asText, hostLines, hostNameLines } from '../config/render-hosts.js';
import { givenHost } from './wanted-network.js';

/** Hosts in a file of their own, which dnsmasq reads as soon as it is there. */
export interface Addition {
  name: string;
  hosts: string;
  /** Empty when none of them has a name. */
  names: string;
}

/**
 * Renders hosts as an addition. Each is in the file of hosts twice, as dnsmasq takes it and, behind a `#`, as we read
 * it again. The file's name begins with the generation of the network that it was added to, and then counts up.
 */
export function renderAddition(
  hosts: readonly ParsedDhcpHost[],
  { generation, number, domain }: { generation: string; number: number; domain: DomainName | undefined },
): Addition {
  return {
    name: `${generation}.${String(number).padStart(8, '0')}.${randomBytes(4).toString('hex')}`,
    hosts: asText(hosts.flatMap((host) => [`#${JSON.stringify(givenHost(host))}`, ...hostLines(host)])),
    names: asText(hosts.flatMap((host) => hostNameLines(host, domain))),
  };
}

/** Whether a file belongs to this generation of a network. */
export function isOfGeneration(name: string, generation: string): boolean {
  return name.startsWith(`${generation}.`);
}

/** Reads the hosts of an addition; what is none, as in a damaged file, is passed over. */
export function parseAddition(text: string): DhcpHost[] {
  return text.split('\n').flatMap((line) => {
    if (!line.startsWith('#{')) return [];
    try {
      return [JSON.parse(line.slice(1)) as DhcpHost];
    } catch {
      return [];
    }
  });
}

/** The lines of a file that dnsmasq takes. */
export function effectiveLines(text: string | undefined): string[] {
  return (text ?? '').split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}
