import { type Cidr, contains, type IpAddress, parseCidr } from 'netdev-core';
import { of, type Truth } from './truth.js';

/** Says whether a value is what a rule names; `undefined` where the rule names what is not understood here. */
export type ValueTest<Value> = ((value: Value | null | undefined) => Truth) | undefined;

/** A network as the save programs print it. */
export function networkTest(text: string): ValueTest<IpAddress> {
  // Most rules of a host are for single addresses, and there may be tens of thousands of them.
  const single = /^(\d+\.\d+\.\d+\.\d+)(?:\/32)?$/.exec(text)?.[1];
  if (single !== undefined) return valueTest((address) => address === single);
  const network = networkIn(text);
  return network === undefined ? undefined : valueTest((address) => contains(network, address));
}

/** `undefined` for what is none, such as a mask with holes. */
export function networkIn(text: string): Cidr | undefined {
  try {
    return parseCidr(withLength(text));
  } catch {
    return undefined;
  }
}

/** Masks of IPv4 may be printed with dots. */
function withLength(text: string): string {
  const [address = '', mask = ''] = text.split('/');
  const parts = mask.split('.');
  if (parts.length !== 4) return text;
  const bits = parts.map((part) => Number(part).toString(2).padStart(8, '0')).join('');
  const ones = /^(1*)0*$/.exec(bits)?.[1];
  return ones === undefined ? text : `${address}/${ones.length}`;
}

/** A device; `+` at the end stands for anything (iptables(8)). */
export function deviceTest(text: string): ValueTest<string> {
  if (text.endsWith('+')) return valueTest((name) => name.startsWith(text.slice(0, -1)));
  return valueTest((name) => name === text);
}

/** The groups of addresses that ebtables prints by name (ebtables(8)). */
const macNames: Readonly<Record<string, string>> = {
  Unicast: '00:00:00:00:00:00/01:00:00:00:00:00',
  Multicast: '01:00:00:00:00:00/01:00:00:00:00:00',
  Broadcast: 'ff:ff:ff:ff:ff:ff',
  BGA: '01:80:c2:00:00:00',
};

/** A MAC address, or one with a mask. */
export function macTest(text: string): ValueTest<string> {
  const [address, mask = macBytes('ff:ff:ff:ff:ff:ff')] = (macNames[text] ?? text).split('/').map(macBytes);
  if (address?.length !== 6 || mask.length !== 6) return undefined;
  return valueTest((mac) =>
    macBytes(mac).every((byte, place) => ((byte ^ (address[place] ?? 0)) & (mask[place] ?? 0)) === 0),
  );
}

function macBytes(text: string): number[] {
  return text.split(':').map((part) => Number.parseInt(part, 16));
}

/** Numbers: one of them, a range `1:5`, an open one (`1:`, `:5`), or with commas several of those. */
export function numberTest(text: string, max = 0xffff): ValueTest<number> {
  const ranges = text.split(',').map((part) => {
    const [first = '', last = first, ...rest] = part.split(':');
    if (rest.length > 0 || !/^\d*$/.test(first) || !/^\d*$/.test(last) || part === '' || part === ':')
      return undefined;
    return [first === '' ? 0 : Number(first), last === '' ? max : Number(last)] as const;
  });
  if (ranges.includes(undefined)) return undefined;
  return valueTest((number) =>
    ranges.some((range) => range !== undefined && number >= range[0] && number <= range[1]),
  );
}

function valueTest<Value>(holds: (value: Value) => boolean): ValueTest<Value> {
  return (value) => (value === null ? 'no' : of(value, holds));
}
