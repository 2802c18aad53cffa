import type { Link, NetDevEvent } from 'netdev-core';
import {
  AF,
  decodeNeighbour,
  decodeVlanNotice,
  NEIGHBOUR_HEADER_SIZE,
  RTM,
  VLAN_NOTICE_HEADER_SIZE,
} from '../netlink/index.js';
import type { Notice } from './event-from-notice.js';

/**
 * Notices about forwarding by links that are not known yet, and about their VLANs, kept until these are: the kernel tells of the
 * address and the VLAN that a new bridge has before it tells of the bridge (br_dev_newlink).
 */
export interface EarlyNotices {
  /** Keeps a notice if it is early. */
  keep(notice: Notice, links: ReadonlyMap<number, Link>): boolean;
  /** Those that are not early any more after an event; of a link that is gone, none. They are no longer kept. */
  due(event: NetDevEvent): Notice[];
}

export function createEarlyNotices(): EarlyNotices {
  const kept = new Map<number, Notice[]>();
  return {
    keep(notice, links) {
      const index = forwardingLink(notice);
      if (index === undefined || links.has(index)) return false;
      // A bridge that is made with another default VLAN leaves its first, which is not told (__br_vlan_set_default_pvid).
      const others = (kept.get(index) ?? []).filter(({ type }) => !isVlan(type) || !isVlan(notice.type));
      kept.set(index, [...others, notice]);
      return true;
    },
    due(event) {
      if (!('link' in event)) return [];
      const { index } = event.link;
      const notices = kept.get(index) ?? [];
      kept.delete(index);
      return event.type === 'link-changed' ? notices : [];
    },
  };
}

function isVlan(type: number): boolean {
  return type === RTM.NEWVLAN || type === RTM.DELVLAN;
}

/** The number of the link that a notice about forwarding or VLANs is of. */
function forwardingLink({ type, payload }: Notice): number | undefined {
  if (isVlan(type)) return decodeVlanNotice(payload.subarray(0, VLAN_NOTICE_HEADER_SIZE)).index;
  if (type !== RTM.NEWNEIGH && type !== RTM.DELNEIGH) return undefined;
  const { family, index } = decodeNeighbour(payload.subarray(0, NEIGHBOUR_HEADER_SIZE));
  return family === AF.BRIDGE ? index : undefined;
}
