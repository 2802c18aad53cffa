import type { ParsedDhcpHost, ParsedDhcpNetwork } from 'netdev-core';
import { hostLines, hostNameLines, nameLine } from '../config/render-hosts.js';
import { renderOptions } from '../config/render-options.js';

/** What a server has of hosts, names and options now, additions included. */
export interface PresentData {
  hostLines: ReadonlySet<string>;
  nameLines: ReadonlySet<string>;
  options: string;
  /** Whether the server has read all of it. */
  isRead: boolean;
}

/**
 * What a change asks of a server that can read new files by itself: nothing, to learn of more hosts and names, or to
 * read everything again, since it forgets nothing else.
 */
export type DataChange =
  | { kind: 'none' | 'rewritten' }
  | { kind: 'added'; hosts: readonly ParsedDhcpHost[]; names: readonly string[] };

/** What becomes of the data of a server that is to serve `network`. The order of hosts means nothing. */
export function dataChange(present: PresentData, network: ParsedDhcpNetwork): DataChange {
  const { hosts, names, domain } = network;
  const rewritten: DataChange = { kind: 'rewritten' };
  if (!present.isRead || present.options !== renderOptions(network)) return rewritten;
  const added: ParsedDhcpHost[] = [];
  let keptHosts = 0;
  let keptNames = 0;
  for (const host of hosts) {
    const lines = hostLines(host);
    const known = lines.filter((line) => present.hostLines.has(line)).length;
    keptHosts += known;
    if (known === 0) added.push(host);
    // dnsmasq takes no second line about an address that it knows.
    else if (known < lines.length) return rewritten;
    else {
      const own = hostNameLines(host, domain);
      if (!own.every((line) => present.nameLines.has(line))) return rewritten;
      keptNames += own.length;
    }
  }
  const wantedNames = names.map(({ name, address }) => nameLine(name, address, domain));
  const ofHosts = new Set(hosts.flatMap((host) => hostNameLines(host, domain)));
  const further = [...new Set(wantedNames)].filter((line) => !ofHosts.has(line));
  const newNames = further.filter((line) => !present.nameLines.has(line));
  keptNames += further.length - newNames.length;
  if (keptHosts < present.hostLines.size || keptNames < present.nameLines.size) return rewritten;
  return added.length === 0 && newNames.length === 0
    ? { kind: 'none' }
    : { kind: 'added', hosts: added, names: newNames };
}
