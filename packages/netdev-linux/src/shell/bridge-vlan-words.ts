import type { BridgeVlanSpec } from 'netdev-core';

/** The command for VLANs of a link (bridge(8)). */
export function bridgeVlan(what: 'add' | 'delete', spec: BridgeVlanSpec): string[] {
  const { link, self, vlanId, lastVlanId = vlanId, pvid, untagged } = spec;
  return [
    ...['bridge', 'vlan', what, 'dev', link],
    ...['vid', lastVlanId === vlanId ? String(vlanId) : `${vlanId}-${lastVlanId}`],
    ...(pvid === true ? ['pvid'] : []),
    ...(untagged === true ? ['untagged'] : []),
    ...(self === true ? ['self'] : []),
  ];
}
