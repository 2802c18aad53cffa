import type { IpFamily } from 'netdev-core';
import { kernelAddress } from '../iptables/kernel-address.js';
import type { OurRules } from './our-rules.js';
import { icmpType, protocolNumber } from './protocols.js';
import type { Seen, SeenConnection, SeenIp } from './seen.js';
import { targetTest } from './target-test.js';
import { all, some, type Truth } from './truth.js';
import { deviceTest, macTest, networkIn, networkTest, numberTest, type ValueTest } from './value-tests.js';

/** What an option asks of a packet; `undefined` where its value is not understood here. */
type Asking = ((seen: Seen) => Truth) | undefined;
export type Option = (values: readonly string[]) => Asking;

/** Options by the module that they belong to (`-m`), and by their names; those of no module under the empty name. */
export type OptionTable = Readonly<Record<string, Readonly<Record<string, Option>>>>;

/** The value that a packet has of something; `undefined` is what nobody knows, `null` what it has not. */
export function option<Value>(
  test: (text: string) => ValueTest<Value>,
  valueIn: (seen: Seen) => Value | null | undefined,
): Option {
  return ([text = '']) => {
    const holds = test(text);
    return holds === undefined ? undefined : (seen) => holds(valueIn(seen));
  };
}

export function ofIp<Value>(
  valueIn: (ip: SeenIp) => Value | undefined,
): (seen: Seen) => Value | null | undefined {
  return ({ ip }) => (ip === undefined ? null : valueIn(ip));
}

const source = ofIp((ip) => ip.source);
const destination = ofIp((ip) => ip.destination);
const sourcePort = ofIp((ip) => ip.sourcePort);
const destinationPort = ofIp((ip) => ip.destinationPort);

/** The matches of iptables and ip6tables that are known here, as iptables-save(8) prints them (iptables-extensions(8)). */
export function iptablesOptions(membersOf: OurRules['membersOf']): OptionTable {
  const ports = {
    '--sport': option(numberTest, sourcePort),
    '--dport': option(numberTest, destinationPort),
  };
  return {
    '': {
      '-s': option(networkTest, source),
      '-d': option(networkTest, destination),
      '-i': option(deviceTest, (seen) => seen.in),
      '-o': option(deviceTest, (seen) => seen.out),
      '-p': ([name = '']) => {
        const number = protocolNumber(name);
        return number === undefined ? undefined : ({ ip }) => (ip?.protocol === number ? 'yes' : 'no');
      },
    },
    tcp: ports,
    udp: ports,
    sctp: ports,
    dccp: ports,
    udplite: ports,
    multiport: {
      '--sports': option(numberTest, sourcePort),
      '--dports': option(numberTest, destinationPort),
      '--ports': ([text = '']) => {
        const holds = numberTest(text);
        if (holds === undefined) return undefined;
        return (seen) => some([holds(sourcePort(seen)), holds(destinationPort(seen))]);
      },
    },
    icmp: { '--icmp-type': icmpOption('ipv4') },
    icmp6: { '--icmpv6-type': icmpOption('ipv6') },
    conntrack: {
      '--ctstate': ([list = '']) => statesTest(list),
      '--ctorigsrc': connectionOption((connection) => connection.originalSource),
      '--ctorigdst': connectionOption((connection) => connection.originalDestination),
    },
    state: { '--state': ([list = '']) => statesTest(list) },
    mark: { '--mark': markOption },
    mac: { '--mac-source': option(macTest, (seen) => seen.sourceMac) },
    comment: { '--comment': () => () => 'yes' },
    physdev: {
      '--physdev-in': option(deviceTest, (seen) => seen.physicalIn),
      '--physdev-out': option(deviceTest, (seen) => seen.physicalOut),
      '--physdev-is-in': () => (seen) => (seen.physicalIn === null ? 'no' : 'yes'),
      '--physdev-is-out': () => (seen) => (seen.physicalOut === null ? 'no' : 'yes'),
      '--physdev-is-bridged': () => (seen) => (seen.physicalOut === null ? 'no' : 'yes'),
    },
    u32: { '--u32': ([text = '']) => targetTest(text) },
    set: { '--match-set': (values) => setTest(values, membersOf) },
  };
}

/** `8`, `3/1`, a name, `any`, or with ranges `130:131/0:255`. */
export function icmpOption(family: IpFamily): Option {
  const protocol = protocolNumber(family === 'ipv4' ? 'icmp' : 'icmpv6');
  return ([text = '']) => {
    const isIcmp = ({ ip }: Seen): Truth => (ip?.protocol === protocol ? 'yes' : 'no');
    if (text === 'any' || (family === 'ipv4' && text === '255')) return isIcmp;
    const [typeText = '', codeText = '0:255'] = text.split('/');
    const type = numberTest(String(icmpType(family, typeText) ?? typeText));
    const code = numberTest(codeText);
    if (type === undefined || code === undefined) return undefined;
    const anyCode = codeText === '0:255';
    return (seen) => all([isIcmp(seen), type(seen.ip?.icmpType), anyCode ? 'yes' : code(seen.ip?.icmpCode)]);
  };
}

/** Only what is tracked has an origin (conntrack_mt of xt_conntrack.c). */
function connectionOption(valueIn: (connection: SeenConnection) => string | undefined): Option {
  return ([text = '']) => {
    const network = networkIn(text);
    const holds = network === undefined ? undefined : networkTest(text);
    if (holds === undefined) return undefined;
    return ({ ip }) =>
      ip === undefined || !isTracked(ip.connection) ? 'no' : holds(valueIn(ip.connection) as never);
  };
}

function isTracked({ state }: SeenConnection): boolean {
  return state !== 'invalid' && state !== 'untracked';
}

const stateNames: Readonly<Record<string, SeenConnection['state']>> = {
  INVALID: 'invalid',
  NEW: 'new',
  RELATED: 'related',
  ESTABLISHED: 'established',
  UNTRACKED: 'untracked',
};

/** One of the states; SNAT and DNAT are of the connection, beside the others (state_mt of xt_conntrack.c). */
function statesTest(list: string): Asking {
  const names = list.split(',');
  if (names.some((name) => !Object.hasOwn(stateNames, name) && name !== 'SNAT' && name !== 'DNAT'))
    return undefined;
  return ({ ip }) => {
    if (ip === undefined) return 'no';
    const { connection } = ip;
    return some(
      names.map((name) => {
        if (name === 'SNAT') return isTracked(connection) ? connection.sourceTranslated : 'no';
        if (name === 'DNAT') return isTracked(connection) ? connection.destinationTranslated : 'no';
        return stateNames[name] === connection.state ? 'yes' : 'no';
      }),
    );
  };
}

/** `0x1` or `0x1/0x3`. */
export const markOption: Option = ([text = '']) => {
  const parsed = /^(0x[0-9a-f]+|\d+)(?:\/(0x[0-9a-f]+|\d+))?$/i.exec(text);
  if (parsed === null) return undefined;
  const value = Number(parsed[1]);
  const mask = Number(parsed[2] ?? 0xffffffff);
  return ({ mark }) => {
    if ((((mark.value ^ value) & mask & ~mark.unknown) | 0) !== 0) return 'no';
    return (mark.unknown & mask) === 0 ? (((value & ~mask) | 0) === 0 ? 'yes' : 'no') : 'unknown';
  };
};

/** `NAME src` or `NAME dst`, of sets that hold addresses and networks. */
function setTest([name = '', direction = '']: readonly string[], membersOf: OurRules['membersOf']): Asking {
  const valueIn = { src: source, dst: destination }[direction];
  const members = valueIn === undefined ? undefined : membersOf(name);
  if (valueIn === undefined || members === undefined) return undefined;
  const isHost = (member: string): boolean => !member.includes('/');
  const hosts = new Set(members.filter(isHost));
  const networks = members.filter((member) => !isHost(member)).map(networkTest);
  return (seen) => {
    const value = valueIn(seen);
    if (typeof value === 'string' && hosts.has(kernelAddress(value))) return 'yes';
    const mayBeHost: Truth = value === undefined && hosts.size > 0 ? 'unknown' : 'no';
    return some([mayBeHost, ...networks.map((holds) => (holds === undefined ? 'unknown' : holds(value)))]);
  };
}
