import { questionIn } from '../../firewall-iptables/test/agent/agent.js';

const TYPE_A = 1;
const CLASS_IN = 1;

/** Asks a DNS server from a network namespace for the IPv4 addresses of a name; none where it answers without, or not. */
export async function addressesOf(space: string, name: string, server: string): Promise<string[]> {
  const data = question(name);
  for (let tries = 0; tries < 2; tries++) {
    const answer = await questionIn(space, { to: server, port: 53, data, withinMs: 1000 });
    if (answer !== undefined) return addresses(answer);
  }
  return [];
}

/** A message that asks for one name (RFC 1035, 4.1): recursion is desired. */
function question(name: string): Buffer {
  const header = Buffer.from([0x4e, 0x44, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
  const labels = name.split('.').flatMap((label) => [label.length, ...Buffer.from(label)]);
  return Buffer.concat([header, Buffer.from([...labels, 0, 0, TYPE_A, 0, CLASS_IN])]);
}

function addresses(answer: Buffer): string[] {
  const found: string[] = [];
  let at = behindName(answer, 12) + 4;
  for (let left = answer.readUInt16BE(6); left > 0; left--) {
    at = behindName(answer, at);
    const length = answer.readUInt16BE(at + 8);
    const value = answer.subarray(at + 10, at + 10 + length);
    if (answer.readUInt16BE(at) === TYPE_A) found.push(value.join('.'));
    at += 10 + length;
  }
  return found;
}

/** A name is labels, or the place of some that came before (RFC 1035, 4.1.4). */
function behindName(message: Buffer, start: number): number {
  let at = start;
  for (;;) {
    const length = message[at] ?? 0;
    if (length >= 0xc0) return at + 2;
    at += 1 + length;
    if (length === 0) return at;
  }
}
