const ARP = 0x0806;
const IPV4 = 0x0800;
const IPV6 = 0x86dd;
const UDP = 17;
const ICMPV6 = 58;

export const everybody = 'ff:ff:ff:ff:ff:ff';

/** Who says to have sent a frame, to whom. */
export interface Ends {
  fromMac: string;
  toMac: string;
  from: string;
  to: string;
}

const words = (...values: number[]): Buffer =>
  Buffer.concat(values.map((value) => Buffer.from([value >> 8, value & 0xff])));

const macBytes = (mac: string): Buffer => Buffer.from(mac.replaceAll(':', ''), 'hex');
const ipv4Bytes = (address: string): Buffer => Buffer.from(address.split('.').map(Number));

/** An address with one `::` in it, or none. */
function ipv6Bytes(address: string): Buffer {
  const [front = [], back = []] = address.split('::').map((half) => half.split(':').filter(Boolean));
  const zeros = Array<string>(8 - front.length - back.length).fill('0');
  return words(...[...front, ...zeros, ...back].map((word) => Number.parseInt(word, 16)));
}

export function ethernet({ fromMac, toMac }: Ends, type: number, data: Buffer): Buffer {
  return Buffer.concat([macBytes(toMac), macBytes(fromMac), words(type), data]);
}

/** ARP (RFC 826): a question, or with `operation` 2 an answer; `claims` is whose address it says it is. */
export function arp(ends: Ends, label: Buffer, { operation = 1, claims = ends.fromMac } = {}): Buffer {
  const question = words(1, IPV4, 0x0604, operation);
  const parts = [question, macBytes(claims), ipv4Bytes(ends.from), Buffer.alloc(6), ipv4Bytes(ends.to)];
  return ethernet(ends, ARP, Buffer.concat([...parts, label]));
}

/** UDP over IPv4 or IPv6, as the addresses are. Nobody on the way looks at its own checksum. */
export function udp(ends: Ends, [fromPort, toPort]: readonly [number, number], label: Buffer): Buffer {
  return packet(ends, UDP, Buffer.concat([words(fromPort, toPort, 8 + label.length, 0), label]));
}

/** A router advertisement (RFC 4861, 4.2). */
export function advertisement(ends: Ends, label: Buffer): Buffer {
  return packet(ends, ICMPV6, Buffer.concat([words(134 << 8, 0, 0x4000, 1800, 0, 0, 0, 0), label]));
}

function packet(ends: Ends, protocol: number, data: Buffer): Buffer {
  if (ends.to.includes(':')) {
    const header = Buffer.concat([words(0x6000, 0, data.length), Buffer.from([protocol, 255])]);
    return ethernet(ends, IPV6, Buffer.concat([header, ipv6Bytes(ends.from), ipv6Bytes(ends.to), data]));
  }
  const addresses = Buffer.concat([ipv4Bytes(ends.from), ipv4Bytes(ends.to)]);
  const header = Buffer.concat([words(0x4500, 20 + data.length, 1, 0, (64 << 8) | protocol, 0), addresses]);
  header.writeUInt16BE(headerChecksum(header), 10);
  return ethernet(ends, IPV4, Buffer.concat([header, data]));
}

/** RFC 1071. */
function headerChecksum(header: Buffer): number {
  let sum = 0;
  for (let at = 0; at < header.length; at += 2) sum += header.readUInt16BE(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return sum ^ 0xffff;
}
