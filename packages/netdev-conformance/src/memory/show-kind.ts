import {
  type MacvlanDetail,
  type MacvlanSpec,
  parseIpAddress,
  VXLAN_PORT,
  type VxlanDetail,
  type VxlanSpec,
} from 'netdev-core';

export function showMacvlan({ mode = 'bridge' }: MacvlanSpec): MacvlanDetail {
  return { mode };
}

export function showVxlan({ vni, port = VXLAN_PORT, learnRemotes = true, ...spec }: VxlanSpec): VxlanDetail {
  const addresses = (['local', 'remote', 'group'] as const).flatMap((field) =>
    spec[field] === undefined ? [] : [[field, parseIpAddress(spec[field])]],
  );
  return { vni, port, learnRemotes, ...Object.fromEntries(addresses) };
}
