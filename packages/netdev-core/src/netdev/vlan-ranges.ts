import type { BridgeVlan, BridgeVlanRange } from './bridge-vlan.js';

type OneVlan = Omit<BridgeVlan, 'lastVlanId'>;

/** For drivers: every VLAN by itself. */
export function eachVlan(entries: readonly BridgeVlan[]): OneVlan[] {
  return entries.flatMap(({ lastVlanId, ...entry }) =>
    vlanIds({ vlanId: entry.vlanId, lastVlanId: lastVlanId ?? entry.vlanId }).map((vlanId) => ({
      ...entry,
      vlanId,
    })),
  );
}

/** For drivers: what is next to each other and treated alike as one; in the order of links as given, then of VLANs. */
export function vlanRanges(vlans: readonly BridgeVlan[]): BridgeVlan[] {
  const links = new Map<string, BridgeVlan[]>();
  for (const vlan of vlans) {
    const own = links.get(vlan.link) ?? [];
    own.push(vlan);
    links.set(vlan.link, own);
  }
  return [...links.values()].flatMap((own) => {
    const ranges: BridgeVlan[] = [];
    for (const vlan of own.sort((one, other) => one.vlanId - other.vlanId)) {
      const last = ranges.at(-1);
      if (last !== undefined && isNext(last, vlan)) last.lastVlanId = vlan.lastVlanId ?? vlan.vlanId;
      else ranges.push({ ...vlan });
    }
    return ranges;
  });
}

/** For drivers: the numbers of a range, in order. */
export function vlanIds({ vlanId, lastVlanId = vlanId }: Pick<BridgeVlanRange, 'vlanId' | 'lastVlanId'>) {
  return Array.from({ length: lastVlanId - vlanId + 1 }, (_, place) => vlanId + place);
}

function isNext(range: BridgeVlan, vlan: BridgeVlan): boolean {
  return (
    vlan.vlanId === (range.lastVlanId ?? range.vlanId) + 1 &&
    vlan.pvid === range.pvid &&
    vlan.untagged === range.untagged
  );
}
