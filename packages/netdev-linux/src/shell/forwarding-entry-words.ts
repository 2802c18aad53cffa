import type { ForwardingEntrySpec } from 'netdev-core';

/** The command for an entry that stays. A vxlan takes no second host for an address but for group addresses and zeros. */
export function addForwardingEntry(spec: ForwardingEntrySpec): string[] {
  const isGroup = /^(?:.[13579bdf]:|00:00:00:00:00:00$)/.test(spec.mac);
  return [
    'bridge',
    'fdb',
    spec.remote !== undefined && isGroup ? 'append' : 'replace',
    ...forwardingEntryWords(spec),
  ];
}

/** What bridge(8) is told of an entry. */
export function forwardingEntryWords({
  link,
  mac,
  vlanId,
  remote,
  port,
  vni,
}: ForwardingEntrySpec): string[] {
  if (remote === undefined) {
    const vlan = vlanId === undefined ? [] : ['vlan', String(vlanId)];
    return [mac, 'dev', link, 'master', 'static', ...vlan];
  }
  return [
    ...[mac, 'dev', link, 'dst', remote],
    ...(port === undefined ? [] : ['port', String(port)]),
    ...(vni === undefined ? [] : ['vni', String(vni)]),
    ...['self', 'permanent'],
  ];
}
