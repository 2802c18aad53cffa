import { icmpOption, markOption, type Option, type OptionTable, ofIp, option } from './iptables-tests.js';
import { protocolNumber } from './protocols.js';
import type { Seen } from './seen.js';
import { deviceTest, macTest, networkTest, numberTest, type ValueTest } from './value-tests.js';

/** Options that ask nothing of a frame: a part of another, or of what tells of frames (ebtables(8), watchers). */
const silent = [
  ...['--limit-burst', '--log', '--log-level', '--log-prefix', '--log-ip', '--log-ip6', '--log-arp'],
  ...['--nflog', '--nflog-group', '--nflog-prefix', '--nflog-range', '--nflog-threshold'],
];
const always: Option = () => () => 'yes';

/** The matches of ebtables that are known here, as ebtables-save prints them (ebtables(8)). */
export const ebtablesOptions: OptionTable = {
  '': {
    '-p': option(etherTypeTest, (seen) => seen.etherType),
    '-i': option(deviceTest, (seen) => seen.in),
    '-o': option(deviceTest, (seen) => seen.out),
    '--logical-in': option(deviceTest, (seen) => seen.logicalIn),
    '--logical-out': option(deviceTest, (seen) => seen.logicalOut),
    '-s': option(macTest, (seen) => seen.sourceMac),
    '-d': option(macTest, (seen) => seen.destinationMac),
    ...ofFamily('ip'),
    ...ofFamily('ip6'),
    '--ip-icmp-type': icmpOption('ipv4'),
    '--ip6-icmp-type': icmpOption('ipv6'),
    '--arp-op': option(operationTest, arp('operation')),
    '--arp-opcode': option(operationTest, arp('operation')),
    '--arp-ip-src': option(networkTest, arp('senderAddress')),
    '--arp-ip-dst': option(networkTest, arp('targetAddress')),
    '--arp-mac-src': option(macTest, arp('senderMac')),
    '--arp-mac-dst': option(macTest, arp('targetMac')),
    '--mark': markOption,
    ...Object.fromEntries(silent.map((name) => [name, always])),
  },
};

function ofFamily(prefix: 'ip' | 'ip6'): Readonly<Record<string, Option>> {
  return {
    [`--${prefix}-src`]: option(
      networkTest,
      ofIp((ip) => ip.source),
    ),
    [`--${prefix}-dst`]: option(
      networkTest,
      ofIp((ip) => ip.destination),
    ),
    [`--${prefix}-proto`]: option(
      protocolTest,
      ofIp((ip) => ip.protocol),
    ),
    [`--${prefix}-sport`]: option(
      numberTest,
      ofIp((ip) => ip.sourcePort),
    ),
    [`--${prefix}-dport`]: option(
      numberTest,
      ofIp((ip) => ip.destinationPort),
    ),
  };
}

function arp<Field extends keyof NonNullable<Seen['arp']>>(
  field: Field,
): (seen: Seen) => NonNullable<Seen['arp']>[Field] | null {
  return (seen) => (seen.arp === undefined ? null : seen.arp[field]);
}

/** EtherTypes by the names that ebtables prints, those of /etc/ethertypes. */
const etherTypes: Readonly<Record<string, number>> = {
  IPv4: 0x0800,
  ARP: 0x0806,
  IPv6: 0x86dd,
  RARP: 0x8035,
  '802_1Q': 0x8100,
};

function etherTypeTest(text: string): ValueTest<number> {
  const type = /^(0x)?[0-9a-f]+$/i.test(text) ? Number.parseInt(text, 16) : etherTypes[text];
  return type === undefined ? undefined : numberTest(String(type));
}

function protocolTest(text: string): ValueTest<number> {
  const number = protocolNumber(text);
  return number === undefined ? undefined : numberTest(String(number));
}

/** ARP's operations by the names that ebtables prints (ebtables(8)). */
const operations: Readonly<Record<string, number>> = {
  Request: 1,
  Reply: 2,
  Request_Reverse: 3,
  Reply_Reverse: 4,
  DRARP_Request: 5,
  DRARP_Reply: 6,
  DRARP_Error: 7,
  InARP_Request: 8,
  ARP_NAK: 9,
};

function operationTest(text: string): ValueTest<number> {
  return numberTest(String(operations[text] ?? text));
}
