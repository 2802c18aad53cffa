import { opensConnection } from './connection.js';
import type { ExplainOptions } from './packet.js';
import type { IpContent, ParsedPacket } from './parse-packet.js';
import type { Seen, SeenIp, SeenMark } from './seen.js';
import { isLoopback } from './stations.js';
import type { Station } from './walk-chain.js';

/** What rules see of a packet at one station. */
export function look(
  packet: ParsedPacket,
  ip: SeenIp | undefined,
  mark: SeenMark,
  { family, hook }: Station,
  { bridgeNetfilter = false }: ExplainOptions,
): Seen {
  const { content, bridged } = packet;
  const isFrame = family === 'bridge';
  const comes = hook === 'PREROUTING' || hook === 'INPUT' || hook === 'FORWARD';
  const goes = hook === 'FORWARD' || hook === 'OUTPUT' || hook === 'POSTROUTING';
  // A router gives the frame other MAC addresses, and so does the host to its own frames once they are given any.
  const knowsMacs = bridged || (packet.in === undefined ? isFrame : comes);
  return {
    in: comes ? has(isFrame ? packet.inPort : packet.in) : unseen(packet, hook),
    out: goes ? has(isFrame ? packet.outPort : packet.out) : null,
    physicalIn: bridgeNetfilter && !isFrame && hook !== 'OUTPUT' ? has(packet.inPort) : null,
    physicalOut: bridgeNetfilter && !isFrame && bridged && goes ? has(packet.outPort) : null,
    logicalIn: comes && isFrame ? has(packet.in) : null,
    logicalOut: goes && isFrame ? has(packet.out) : null,
    sourceMac: knowsMacs ? packet.sourceMac : undefined,
    destinationMac: knowsMacs ? packet.destinationMac : undefined,
    etherType: etherTypeOf(content),
    ip,
    arp: content.kind === 'arp' ? content : undefined,
    mark,
  };
}

function has(name: string | undefined): string | null {
  return name ?? null;
}

/** Newer kernels tell POSTROUTING where a forwarded packet came in (ip_output of Linux 5.7 on), older ones do not. */
function unseen(packet: ParsedPacket, hook: Station['hook']): undefined | null {
  const isForwarded = packet.in !== undefined && packet.out !== undefined && !isLoopback(packet);
  return hook === 'POSTROUTING' && isForwarded ? undefined : null;
}

function etherTypeOf(content: ParsedPacket['content']): number {
  if (content.kind === 'other') return content.etherType;
  return { ipv4: 0x0800, ipv6: 0x86dd, arp: 0x0806 }[content.kind];
}

/** What is seen of an IP packet before anything was done to it. */
export function firstSeen(content: IpContent): SeenIp {
  const isFirst = opensConnection(content.connection, content.protocol);
  return {
    source: content.source,
    destination: content.destination,
    protocol: content.protocol,
    sourcePort: content.sourcePort,
    destinationPort: content.destinationPort,
    icmpType: content.icmpType,
    icmpCode: content.icmpCode,
    neighbourTarget: content.neighbourTarget,
    connection: {
      state: content.connection,
      sourceTranslated: 'no',
      destinationTranslated: 'no',
      originalSource: isFirst ? content.source : undefined,
      originalDestination: isFirst ? content.destination : undefined,
    },
  };
}
