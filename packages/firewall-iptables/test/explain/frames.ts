import type { Packet } from 'firewall-iptables';
import { type IpAddress, ipFromBytes, ipToBytes } from 'netdev-core';

/** An Ethernet frame to be sent as it is. */
export interface Frame {
  sourceMac: string;
  destinationMac: string;
  payload: ArpPayload | IpPayload;
}

export interface ArpPayload {
  kind: 'arp';
  operation: 'request' | 'reply';
  senderMac: string;
  senderAddress: string;
  targetMac: string;
  targetAddress: string;
}

export interface IpPayload {
  kind: 'ip';
  source: string;
  destination: string;
  content:
    | { protocol: 'udp' | 'tcp'; sourcePort: number; destinationPort: number }
    | {
        protocol: 'icmp' | 'icmpv6';
        type: number;
        code?: number;
        about?: IpPayload | undefined;
        target?: string | undefined;
      };
}

const protocols = { udp: 17, tcp: 6, icmp: 1, icmpv6: 58 } as const;

/** The frame of a packet as it comes in. */
export function frameOf({ arp, source = '', destination = '', ...packet }: Packet): Frame {
  const { sourceMac = '', destinationMac = '', sourcePort = 0, destinationPort = 0 } = packet;
  if (arp !== undefined)
    return { sourceMac, destinationMac, payload: { kind: 'arp', ...(arp as Omit<ArpPayload, 'kind'>) } };
  const protocol = packet.protocol as keyof typeof protocols;
  const content: IpPayload['content'] =
    protocol === 'udp' || protocol === 'tcp'
      ? { protocol, sourcePort, destinationPort }
      : {
          protocol,
          type: packet.icmpType ?? 0,
          code: packet.icmpCode ?? 0,
          about: complainedOf(packet, source, destination),
          target: packet.neighbourTarget,
        };
  return { sourceMac, destinationMac, payload: { kind: 'ip', source, destination, content } };
}

/** The target of a message of neighbour discovery, or nothing of its length. */
function targetOf(target: string | undefined): Buffer {
  return target === undefined ? Buffer.alloc(16) : address(target);
}

/** An error message has the packet that it is about in it (RFC 792): here one of the connection, as it came there. */
function complainedOf({ opened }: Packet, source: string, destination: string): IpPayload | undefined {
  if (opened === undefined) return undefined;
  const { sourcePort = 0, destinationPort = 0 } = opened;
  const [from, to] =
    destination === opened.source ? [sourcePort, destinationPort] : [destinationPort, sourcePort];
  return {
    kind: 'ip',
    source: destination,
    destination: destination === opened.source ? source : (opened.source ?? ''),
    content: { protocol: 'udp', sourcePort: from, destinationPort: to },
  };
}

/** The addresses and ports of an IP frame in hex. */
export function endsOf(hex: string): { source: string; destination: string; ports: number[] } | undefined {
  const bytes = Buffer.from(hex, 'hex');
  const version = { 2048: 4, 34525: 6 }[bytes.readUInt16BE(12)];
  if (version === undefined) return undefined;
  const [start, length, behind] = version === 4 ? [26, 4, 34] : [22, 16, 54];
  return {
    source: ipFromBytes(bytes.subarray(start, start + length)),
    destination: ipFromBytes(bytes.subarray(start + length, start + 2 * length)),
    ports: [bytes.readUInt16BE(behind), bytes.readUInt16BE(behind + 2)],
  };
}

/** The bytes of a frame with all its checksums: connection tracking calls others invalid. */
export function frameBytes({ sourceMac, destinationMac, payload }: Frame): Buffer {
  const etherType = payload.kind === 'arp' ? 0x0806 : payload.source.includes(':') ? 0x86dd : 0x0800;
  return Buffer.concat([
    mac(destinationMac),
    mac(sourceMac),
    words(etherType),
    payload.kind === 'arp' ? arp(payload) : ip(payload),
  ]);
}

function arp(message: ArpPayload): Buffer {
  return Buffer.concat([
    words(1, 0x0800, 0x0604, message.operation === 'request' ? 1 : 2),
    mac(message.senderMac),
    address(message.senderAddress),
    mac(message.targetMac),
    address(message.targetAddress),
  ]);
}

function ip({ source, destination, content }: IpPayload): Buffer {
  const protocol = protocols[content.protocol];
  const ends = [address(source), address(destination)];
  const body = transport(content);
  const pseudo = Buffer.concat([...ends, words(0, body.length, 0, protocol)]);
  const place = { udp: 6, tcp: 16, icmp: 2, icmpv6: 2 }[content.protocol];
  const sum = checksum(content.protocol === 'icmp' ? body : Buffer.concat([pseudo, body]));
  body.writeUInt16BE(content.protocol === 'udp' && sum === 0 ? 0xffff : sum, place);
  if (source.includes(':'))
    return Buffer.concat([words(0x6000, 0, body.length, (protocol << 8) | 255), ...ends, body]);
  const header = Buffer.concat([
    words(0x4500, 20 + body.length, 0, 0x4000, (64 << 8) | protocol, 0),
    ...ends,
  ]);
  header.writeUInt16BE(checksum(header), 10);
  return Buffer.concat([header, body]);
}

function transport(content: IpPayload['content']): Buffer {
  if (content.protocol === 'udp') return words(content.sourcePort, content.destinationPort, 12, 0, 1, 2);
  if (content.protocol === 'tcp') {
    const syn = 0x5002;
    return words(content.sourcePort, content.destinationPort, 0, 1, 0, 0, syn, 1024, 0, 0);
  }
  const {
    type,
    code = 0,
    about,
    target,
  } = content as { type: number; code?: number; about?: IpPayload | undefined; target?: string | undefined };
  // Long enough for every message that has a fixed part of its own (a neighbour solicitation's has 24 bytes).
  return Buffer.concat([
    words((type << 8) | code, 0, 7, 1),
    about === undefined ? targetOf(target) : ip(about),
  ]);
}

function checksum(bytes: Buffer): number {
  let sum = 0;
  for (let index = 0; index < bytes.length; index += 2)
    sum += (bytes[index] ?? 0) * 256 + (bytes[index + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

function words(...values: number[]): Buffer {
  return Buffer.from(values.flatMap((value) => [value >> 8, value & 0xff]));
}

function mac(text: string): Buffer {
  return Buffer.from(text.replaceAll(':', ''), 'hex');
}

function address(text: string): Buffer {
  return Buffer.from(ipToBytes(text as IpAddress));
}
