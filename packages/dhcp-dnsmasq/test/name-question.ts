import { ipFamily, ipFromBytes, ipToBytes, parseIpAddress } from 'netdev-core';
import { questionIn } from '../../firewall-iptables/test/agent/agent.js';

/** Numbers of types of records (RFC 1035, 3.2.2; RFC 3596, 2.1). */
const types = { A: 1, PTR: 12, AAAA: 28 } as const;
const CLASS_IN = 1;

type RecordType = keyof typeof types;

/** Asks a DNS server from a network namespace for the addresses of a name; none where it answers without, or not. */
export async function addressesOf(
  space: string,
  name: string,
  server: string,
  type: 'A' | 'AAAA' = 'A',
): Promise<string[]> {
  return (await answers(space, name, server, type)).map(({ message, at, length }) =>
    ipFromBytes(message.subarray(at, at + length)),
  );
}

/** Asks for the names of an address (RFC 1035, 3.5; RFC 3596, 2.5). */
export async function namesOf(space: string, address: string, server: string): Promise<string[]> {
  const parsed = parseIpAddress(address);
  const bytes = [...ipToBytes(parsed)].reverse();
  const name =
    ipFamily(parsed) === 'ipv4'
      ? `${bytes.join('.')}.in-addr.arpa`
      : `${bytes.flatMap((byte) => [byte & 15, byte >> 4].map((digit) => digit.toString(16))).join('.')}.ip6.arpa`;
  return (await answers(space, name, server, 'PTR')).map(({ message, at }) =>
    nameAt(message, at).labels.join('.'),
  );
}

interface Answer {
  message: Buffer;
  /** Where its value begins, and how long it is. */
  at: number;
  length: number;
}

async function answers(space: string, name: string, server: string, type: RecordType): Promise<Answer[]> {
  const data = question(name, type);
  for (let tries = 0; tries < 2; tries++) {
    const message = await questionIn(space, { to: server, port: 53, data, withinMs: 1000 });
    if (message !== undefined) return answersIn(message, type);
  }
  return [];
}

/** A message that asks for one name (RFC 1035, 4.1): recursion is desired. */
function question(name: string, type: RecordType): Buffer {
  const header = Buffer.from([0x4e, 0x44, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
  const labels = name.split('.').flatMap((label) => [label.length, ...Buffer.from(label)]);
  return Buffer.concat([header, Buffer.from([...labels, 0, 0, types[type], 0, CLASS_IN])]);
}

function answersIn(message: Buffer, type: RecordType): Answer[] {
  const found: Answer[] = [];
  let at = nameAt(message, 12).end + 4;
  for (let left = message.readUInt16BE(6); left > 0; left--) {
    at = nameAt(message, at).end;
    const length = message.readUInt16BE(at + 8);
    if (message.readUInt16BE(at) === types[type]) found.push({ message, at: at + 10, length });
    at += 10 + length;
  }
  return found;
}

/** A name is labels, or the place of some that came before (RFC 1035, 4.1.4). */
function nameAt(message: Buffer, start: number): { labels: string[]; end: number } {
  const labels: string[] = [];
  for (let at = start; ; ) {
    const length = message[at] ?? 0;
    if (length === 0) return { labels, end: at + 1 };
    if (length >= 0xc0) {
      const earlier = nameAt(message, message.readUInt16BE(at) & 0x3fff);
      return { labels: [...labels, ...earlier.labels], end: at + 2 };
    }
    labels.push(message.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
}
