import { linesOf, splitParts } from './config-line.js';

/** A host of the file that dhcp-hostsfile names. */
export interface DhcpHost {
  mac: string;
  tags: readonly string[];
  address: string | undefined;
  hostname: string | undefined;
  /** Seconds. */
  leaseTime: number | undefined;
}

/** Reads `MAC[,set:TAG][,ADDRESS][,NAME][,TIMEs]`, in any order behind the MAC (dnsmasq(8), --dhcp-host). */
export function readHosts(text: string): DhcpHost[] {
  return linesOf(text).map(({ line }) => {
    const [mac = '', ...rest] = splitParts(line);
    const timeOf = (part: string): string | undefined => /^(\d+)s$/.exec(part)?.[1];
    const time = rest.map(timeOf).find((found) => found !== undefined);
    const plain = rest.filter((part) => !part.startsWith('set:') && timeOf(part) === undefined);
    const isAddress = (part: string): boolean => /^\d+\.\d+\.\d+\.\d+$/.test(part);
    return {
      mac: mac.toLowerCase(),
      tags: rest.filter((part) => part.startsWith('set:')).map((part) => part.slice('set:'.length)),
      address: plain.find(isAddress),
      hostname: plain.find((part) => !isAddress(part)),
      leaseTime: time === undefined ? undefined : Number(time),
    };
  });
}

/** Reads a file of hosts(5): the addresses by name. */
export function readNames(text: string): Map<string, string> {
  const names = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [address, ...own] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (address) for (const name of own) names.set(name.toLowerCase(), address);
  }
  return names;
}
