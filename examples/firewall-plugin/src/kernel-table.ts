import { parseIpAddress } from 'netdev-core';

/** An element as the kernel has it. */
export interface KernelElement {
  value: string;
  packets: bigint;
  bytes: bigint;
}

/** What a table of the kernel holds, of what we write into one. */
export interface KernelTable {
  /** By name the comments of a chain's rules; of a rule without one, nothing that we would write. */
  chains: Map<string, string[]>;
  /** By name the elements of a set or map, by key. */
  sets: Map<string, Map<string, KernelElement>>;
}

/** What `nft -j -n list table` prints (libnftables-json(5)), as far as it is looked at. */
interface Listing {
  nftables: readonly {
    chain?: { name: string };
    rule?: { chain: string; comment?: string };
    set?: ListedSet;
    /** `map` is the type of its values: `ipv4_addr . inet_service`. */
    map?: ListedSet & { map: string };
  }[];
}

interface ListedSet {
  name: string;
  type: string | readonly string[];
  elem?: readonly (ListedKey | readonly [ListedKey, ListedValue])[];
}

type Scalar = string | number;
type ListedKey = ListedScalar | { elem: { val: ListedScalar; counter?: { packets: number; bytes: number } } };
type ListedScalar = Scalar | { concat: readonly Scalar[] };
type ListedValue = ListedScalar | Record<string, { target: string } | null>;

/** Reads a listing, its elements in the words in which {@link placeEntry} writes them. */
export function parseTable(json: string): KernelTable {
  const chains = new Map<string, string[]>();
  const sets: KernelTable['sets'] = new Map();
  for (const { chain, rule, set, map } of (JSON.parse(json) as Listing).nftables) {
    if (chain !== undefined) chains.set(chain.name, []);
    if (rule !== undefined) chains.get(rule.chain)?.push(rule.comment ?? '');
    if (set !== undefined) sets.set(set.name, parseElements(set, []));
    if (map !== undefined) sets.set(map.name, parseElements(map, map.map.split(' . ')));
  }
  return { chains, sets };
}

function parseElements(set: ListedSet, valueTypes: readonly string[]): Map<string, KernelElement> {
  const types = [set.type].flat();
  return new Map(
    (set.elem ?? []).map((listed) => {
      const [key, value] = Array.isArray(listed)
        ? (listed as [ListedKey, ListedValue])
        : [listed as ListedKey];
      const { val, counter } = isElement(key) ? key.elem : { val: key, counter: undefined };
      return [
        textOf(val, types),
        {
          value: value === undefined ? '' : valueText(value, valueTypes),
          packets: BigInt(counter?.packets ?? 0),
          bytes: BigInt(counter?.bytes ?? 0),
        },
      ];
    }),
  );
}

function isElement(key: ListedKey): key is Extract<ListedKey, { elem: unknown }> {
  return typeof key === 'object' && 'elem' in key;
}

/** This nft prints the two bytes of an EtherType in the order in which they are sent, as a number of this machine. */
const etherTypes = new Map(
  Object.entries({ ip: [0x08, 0x00], ip6: [0x86, 0xdd] }).map(([name, bytes]) => [
    new Uint16Array(Uint8Array.from(bytes).buffer)[0] ?? 0,
    name,
  ]),
);

function textOf(value: ListedScalar, types: readonly string[]): string {
  const parts = typeof value === 'object' ? value.concat : [value];
  return parts.map((part, index) => scalarText(part, types[index])).join(' . ');
}

function scalarText(value: Scalar, type: string | undefined): string {
  if (type === 'ifname') return `"${value}"`;
  if (type === 'ipv4_addr' || type === 'ipv6_addr') return parseIpAddress(value);
  if (type === 'integer') return `0x${BigInt(value).toString(16)}`;
  if (type === 'ether_type') return etherTypes.get(Number(value)) ?? `${value}`;
  return `${value}`;
}

/** A verdict, `{ "goto": { "target": "chain" } }`, or an address with or without a port. */
function valueText(value: ListedValue, types: readonly string[]): string {
  if (typeof value !== 'object' || 'concat' in value) return textOf(value as ListedScalar, types);
  const [[verdict = '', more] = []] = Object.entries(value);
  return more == null ? verdict : `${verdict} ${more.target}`;
}
