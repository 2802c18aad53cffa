import { type Link, type LinkSpec, parseInterfaceName, VXLAN_PORT, type VxlanDetail } from 'netdev-core';

/** What a batch knows of a link at one of its operations. */
export interface LinkEntry {
  name: string;
  readonly kind: string;
  /** `undefined` for a link of this batch that nobody asked the kernel about. */
  index: number | undefined;
  /** As it was when the batch came to it; `undefined` for a link of this batch. */
  before: Link | undefined;
  /** The other end of a pair, or the link below: when that goes, this goes too. */
  parent: string | undefined;
  readonly vxlan: Pick<VxlanDetail, 'port' | 'vni'> | undefined;
  /** The bridge that it became a port of within the batch. */
  joined: LinkEntry | undefined;
  /** Whether it is as in `before` still. */
  changed: boolean;
}

/** Kinds that nothing but a request of their own changes; a bridge takes its mtu and address from its ports. */
const INDEPENDENT: readonly string[] = ['veth', 'tap', 'tun', 'dummy', 'ifb', 'physical', 'loopback'];

/** Kinds that go when the link below them, or the other end, goes. */
const DEPENDENT: readonly string[] = ['veth', 'vlan', 'vxlan', 'macvlan', 'macvtap'];

/** The links that a batch is about, as they will be when what was planned has been carried out. */
export interface LinkTable {
  get(name: string): LinkEntry | undefined;
  /** The link as it is for certain; `undefined` where the batch has changed it or may have. */
  certain(entry: LinkEntry): Link | undefined;
  make(spec: LinkSpec): void;
  change(entry: LinkEntry): void;
  rename(entry: LinkEntry, name: string): void;
  /** Those that the kernel was not asked about. */
  unnumbered(): LinkEntry[];
  /** The names of the others, by number. */
  numbered(): Map<number, string>;
  /** Takes a link out, with those that go when it goes; gives their names. */
  delete(entry: LinkEntry): string[];
}

/** Starts with the links that were read. */
export function linkTable(links: readonly Link[]): LinkTable {
  const entries = new Map<string, LinkEntry>();
  let untouched = true;
  /** By the link that they go with, and by the bridge that they were ports of. */
  const dependents = new Map<string, LinkEntry[]>();
  const ports = new Map<string, LinkEntry[]>();
  const add = (fields: Omit<LinkEntry, 'changed' | 'joined'>): void => {
    const entry: LinkEntry = { ...fields, changed: false, joined: undefined };
    entries.set(entry.name, entry);
    collect(dependents, entry.parent, entry);
    collect(ports, entry.before?.master, entry);
  };
  for (const link of links) {
    const { index, name, kind } = link;
    const parent = DEPENDENT.includes(kind) ? link.parent : undefined;
    add({ index, name, kind, parent, before: link, vxlan: link.vxlan });
  }
  return {
    get: (name) => entries.get(name),
    certain: (entry) =>
      entry.changed || !(untouched || INDEPENDENT.includes(entry.kind)) ? undefined : entry.before,
    make: (spec) => {
      untouched = false;
      const vxlan = spec.kind === 'vxlan' ? { vni: spec.vni, port: spec.port ?? VXLAN_PORT } : undefined;
      const fresh = { kind: spec.kind, index: undefined, before: undefined, vxlan };
      const peer = spec.kind === 'veth' ? spec.peer.name : undefined;
      add({ ...fresh, name: spec.name, parent: 'parent' in spec ? spec.parent : peer });
      if (peer !== undefined) add({ ...fresh, name: peer, parent: spec.name });
    },
    change: (entry) => {
      untouched = false;
      entry.changed = true;
    },
    rename: (entry, name) => {
      const old = entry.name;
      entries.delete(old);
      entry.name = name;
      entries.set(name, entry);
      const port = { master: parseInterfaceName(name) };
      for (const one of ports.get(old) ?? [])
        if (one.before !== undefined) one.before = { ...one.before, ...port };
      for (const one of dependents.get(old) ?? []) one.parent = name;
      for (const lists of [ports, dependents]) {
        for (const one of lists.get(old) ?? []) collect(lists, name, one);
        lists.delete(old);
      }
    },
    numbered: () => {
      const names = new Map<number, string>();
      for (const { index, name } of entries.values()) if (index !== undefined) names.set(index, name);
      return names;
    },
    unnumbered: () => [...entries.values()].filter(({ index }) => index === undefined),
    delete: (entry) => {
      untouched = false;
      for (const port of ports.get(entry.name) ?? []) port.changed = true;
      const gone = [entry, ...(dependents.get(entry.name) ?? [])].filter(
        (one) => entries.get(one.name) === one,
      );
      for (const { name } of gone) entries.delete(name);
      return gone.map(({ name }) => name);
    },
  };
}

function collect(lists: Map<string, LinkEntry[]>, key: string | undefined, entry: LinkEntry): void {
  if (key === undefined) return;
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [entry]);
  else list.push(entry);
}
