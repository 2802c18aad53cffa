import { ipFamily, ipToBytes, parseIpAddress, parseMacAddress } from 'netdev-core';

/** What is known by its EtherType (IEEE 802 numbers, IANA). */
export const etherType = { ipv4: 0x0800, arp: 0x0806, vlan: 0x8100, rarp: 0x8035, ipv6: 0x86dd } as const;

const protocols = { icmp: 1, tcp: 6, udp: 17, icmpv6: 58, options: 60 } as const;

export const broadcast = 'ff:ff:ff:ff:ff:ff';

/** Who sends to whom. */
export interface Ends {
  fromMac: string;
  toMac: string;
  from: string;
  to: string;
}

function macBytes(mac: string): Buffer {
  return Buffer.from(parseMacAddress(mac).replaceAll(':', ''), 'hex');
}

function addressBytes(address: string): Buffer {
  return Buffer.from(ipToBytes(parseIpAddress(address)));
}

function words(...values: number[]): Buffer {
  const buffer = Buffer.alloc(values.length * 2);
  for (const [index, value] of values.entries()) buffer.writeUInt16BE(value, index * 2);
  return buffer;
}

/** An Ethernet frame. */
export function ethernet(
  { fromMac, toMac }: Pick<Ends, 'fromMac' | 'toMac'>,
  type: number,
  data: Buffer,
): Buffer {
  return Buffer.concat([macBytes(toMac), macBytes(fromMac), words(type), data]);
}

/** The same frame with a tag (IEEE 802.1Q) of VLAN 5. */
export function tagged(frame: Buffer): Buffer {
  return Buffer.concat([frame.subarray(0, 12), words(etherType.vlan, 5), frame.subarray(12)]);
}

/** ARP (RFC 826), the label behind it. */
export function arp(
  ends: Ends,
  label: Buffer,
  { operation = 1, claims = ends.fromMac, type = etherType.arp as number } = {},
): Buffer {
  const data = Buffer.concat([
    words(1, etherType.ipv4, 0x0604, operation),
    macBytes(claims),
    addressBytes(ends.from),
    Buffer.alloc(6),
    addressBytes(ends.to),
    label,
  ]);
  return ethernet(ends, type, data);
}

export interface UdpPorts {
  fromPort?: number;
  port: number;
}

export function udp(ends: Ends, { fromPort = 40000, port }: UdpPorts, label: Buffer): Buffer {
  return packet(ends, 'udp', Buffer.concat([words(fromPort, port, 8 + label.length, 0), label]), 6);
}

/** TCP's flags (RFC 9293, 3.1). */
export const tcpFlags = { syn: 0x02, synAck: 0x12, ack: 0x10 } as const;

export function tcp(
  ends: Ends,
  { fromPort = 40000, port }: UdpPorts,
  label: Buffer,
  flags = tcpFlags.syn as number,
): Buffer {
  const sequence = flags === tcpFlags.syn ? [0, 1000, 0, 0] : [0, 5000, 0, 1001];
  const header = words(fromPort, port, ...sequence, 0x5000 | flags, 1024, 0, 0);
  // The handshake carries no data that counts, so the label goes where options would.
  const padded = Buffer.concat([label, Buffer.alloc(Math.max(0, 40 - label.length))]);
  header.writeUInt16BE(0xf000 | flags, 12);
  return packet(ends, 'tcp', Buffer.concat([header, padded]), 16);
}

/** ICMP and ICMPv6: type, code, checksum, 4 bytes and what follows them. */
export function icmp(
  ends: Ends,
  type: number,
  label: Buffer,
  { code = 0, rest = Buffer.from([0, 7, 0, 1]) } = {},
): Buffer {
  const data = Buffer.concat([Buffer.from([type, code, 0, 0]), rest, label]);
  return packet(ends, ipFamily(ends.to) === 'ipv4' ? 'icmp' : 'icmpv6', data, 2);
}

/** An ICMP error (RFC 792, RFC 4443) about a packet: the beginning of it is in the error, and behind that the label. */
export function icmpError(
  ends: Ends,
  about: Buffer,
  label: Buffer,
  { type, code, parameter = 0 }: { type: number; code: number; parameter?: number },
): Buffer {
  const begin = about.subarray(14, 14 + (ipFamily(ends.to) === 'ipv4' ? 20 : 40) + 8);
  return icmp(ends, type, label, { code, rest: Buffer.concat([words(0, parameter), begin]) });
}

let lastPacket = 0;

/** How the fragments of one packet find each other: what is given is a packet that nobody sent before. */
export function nextPacketId(): number {
  lastPacket += 1;
  return lastPacket;
}

/** A packet in fragments (RFC 791, RFC 8200, 4.5), of which the first has so many bytes behind the IP header. */
export function fragments(frame: Buffer, first: number, id = nextPacketId()): Buffer[] {
  const isIpv4 = frame.readUInt16BE(12) === etherType.ipv4;
  const headers = frame.subarray(0, 14 + (isIpv4 ? 20 : 40));
  const data = frame.subarray(headers.length);
  return [
    { part: data.subarray(0, first), offset: 0, more: 1 },
    { part: data.subarray(first), offset: first, more: 0 },
  ].map(({ part, offset, more }) => {
    const begin = Buffer.from(headers);
    if (!isIpv4) {
      const header = Buffer.concat([Buffer.from([begin[20] ?? 0, 0]), words(offset | more, 0, id)]);
      begin[20] = 44;
      begin.writeUInt16BE(header.length + part.length, 18);
      return Buffer.concat([begin, header, part]);
    }
    begin.writeUInt16BE(20 + part.length, 16);
    begin.writeUInt16BE(id, 18);
    begin.writeUInt16BE((more << 13) | (offset / 8), 20);
    begin.writeUInt16BE(0, 24);
    begin.writeUInt16BE(checksum(begin.subarray(14)), 24);
    return Buffer.concat([begin, part]);
  });
}

/** An ICMPv6 message behind a header of destination options that holds nothing but padding (RFC 8200, 4.6). */
export function icmpBehindOptions(ends: Ends, type: number, label: Buffer): Buffer {
  return behindOptions(icmp(ends, type, label));
}

/** The same for UDP over IPv6. */
export function udpBehindOptions(ends: Ends, ports: UdpPorts, label: Buffer): Buffer {
  return behindOptions(udp(ends, ports, label));
}

function behindOptions(frame: Buffer): Buffer {
  const options = Buffer.from([frame[20] ?? 0, 0, 1, 4, 0, 0, 0, 0]);
  const changed = Buffer.concat([frame.subarray(0, 54), options, frame.subarray(54)]);
  changed[14 + 6] = protocols.options;
  changed.writeUInt16BE(changed.readUInt16BE(14 + 4) + options.length, 14 + 4);
  return changed;
}

/** Neighbour discovery (RFC 4861, 4.3 and 4.4): a target behind 4 bytes of flags. */
export function neighbour(
  ends: Ends,
  type: 'solicitation' | 'advertisement',
  target: string,
  label: Buffer,
): Buffer {
  const isAdvertisement = type === 'advertisement';
  const option = Buffer.concat([Buffer.from([isAdvertisement ? 2 : 1, 1]), macBytes(ends.fromMac)]);
  const isNowhere = ends.from === '::';
  const rest = Buffer.concat([
    Buffer.from([isAdvertisement ? 0x20 : 0, 0, 0, 0]),
    addressBytes(target),
    ...(isNowhere ? [] : [option]),
    // An option of a type that nobody knows.
    Buffer.from([253, Math.ceil((label.length + 2) / 8)]),
  ]);
  const padding = Buffer.alloc((8 - ((label.length + 2) % 8)) % 8);
  return icmp(ends, isAdvertisement ? 136 : 135, Buffer.concat([label, padding]), { rest });
}

function packet(ends: Ends, protocol: keyof typeof protocols, data: Buffer, checksumAt: number): Buffer {
  const [from, to] = [addressBytes(ends.from), addressBytes(ends.to)];
  const number = protocols[protocol];
  const pseudo = Buffer.concat([from, to, words(0, number, 0, data.length)]);
  data.writeUInt16BE(checksum(protocol === 'icmp' ? data : Buffer.concat([pseudo, data])), checksumAt);
  if (from.length === 16) {
    const header = Buffer.concat([words(0x6000, 0, data.length), Buffer.from([number, 255]), from, to]);
    return ethernet(ends, etherType.ipv6, Buffer.concat([header, data]));
  }
  const header = Buffer.concat([
    words(0x4500, 20 + data.length, 1, 0),
    Buffer.from([64, number, 0, 0]),
    from,
    to,
  ]);
  header.writeUInt16BE(checksum(header), 10);
  return ethernet(ends, etherType.ipv4, Buffer.concat([header, data]));
}

/** The Internet checksum (RFC 1071). */
function checksum(data: Buffer): number {
  let sum = 0;
  for (let index = 0; index < data.length; index += 2) {
    sum += index + 1 < data.length ? data.readUInt16BE(index) : (data[index] ?? 0) << 8;
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
