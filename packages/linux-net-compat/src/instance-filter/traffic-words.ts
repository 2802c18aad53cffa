import { InvalidArgumentError, type IpFamily, parseInteger, parsePort } from 'netdev-core';
import type { FaultMode } from '../faults.js';
import type { TrafficRecord } from './security-groups.js';

/** What a rule is about, in words of iptables: which protocol, and which of its ports or types. */
export interface TrafficWords {
  protocol: string[];
  details: string[];
}

/**
 * @param field how the record is called in errors
 * @throws InvalidArgumentError for ports or types that iptables would not take
 */
export function trafficWords(
  record: TrafficRecord,
  family: IpFamily,
  { faults, field }: { faults: FaultMode; field: string },
): TrafficWords {
  const protocol = protocolOf(record, family, field);
  if (protocol === undefined) return { protocol: [], details: [] };
  return { protocol: ['-p', protocol], details: detailsOf(record, protocol, { faults, field }) };
}

function protocolOf({ protocol }: TrafficRecord, family: IpFamily, field: string): string | undefined {
  if (protocol === null || protocol === undefined || protocol === '') return undefined;
  if (typeof protocol !== 'string' || !/^[A-Za-z0-9][A-Za-z0-9-]*$/.test(protocol))
    throw new InvalidArgumentError(`${field}.protocol`, protocol, 'the name of a protocol');
  const name = protocol.toLowerCase();
  return name === 'icmp' && family === 'ipv6' ? 'icmpv6' : name;
}

function detailsOf(
  record: TrafficRecord,
  protocol: string,
  { faults, field }: { faults: FaultMode; field: string },
): string[] {
  switch (protocol) {
    case 'tcp':
    case 'udp':
      return portWords(record, field);
    case 'icmp':
      return icmpWords(record, field, ['-m', 'icmp', '--icmp-type']);
    case 'icmpv6':
      return faults === 'keep' ? [] : icmpWords(record, field, ['-m', 'icmp6', '--icmpv6-type']);
    default:
      return [];
  }
}

function portWords(record: TrafficRecord, field: string): string[] {
  const first = parsePort(record.from_port, `${field}.from_port`);
  const last = parsePort(record.to_port, `${field}.to_port`);
  if (first > last) throw new InvalidArgumentError(`${field}.to_port`, last, `a port from ${first} on`);
  return first === last ? ['--dport', `${first}`] : ['-m', 'multiport', '--dports', `${first}:${last}`];
}

function icmpWords(record: TrafficRecord, field: string, option: readonly string[]): string[] {
  const type = parseIcmp(record.from_port, `${field}.from_port`);
  const code = parseIcmp(record.to_port, `${field}.to_port`);
  if (type === -1) return [];
  return [...option, code === -1 ? `${type}` : `${type}/${code}`];
}

/** Types and codes are bytes (RFC 792, RFC 4443); -1 stands for any. */
function parseIcmp(value: unknown, field: string): number {
  return parseInteger(value, field, -1, 255);
}
