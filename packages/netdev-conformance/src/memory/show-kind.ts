import {
  type MacvlanDetail,
  type MacvlanSpec,
  parseIpAddress,
  parseMacAddress,
  VXLAN_PORT,
  type VxlanDetail,
  type VxlanSpec,
} from 'netdev-core';

export function showMacvlan({
  mode = 'bridge',
  sources = [],
  nopromisc = false,
}: MacvlanSpec): MacvlanDetail {
  if (mode === 'passthru') return { mode, nopromisc };
  if (mode !== 'source') return { mode };
  return { mode, sources: sources.map((mac) => parseMacAddress(mac)) };
}

export function showVxlan(spec: VxlanSpec): VxlanDetail {
  const { vni, port = VXLAN_PORT, learnRemotes = true, ttl = 0, tos = 0, ageingTime = 300 } = spec;
  const { udpChecksum = true, sourcePorts } = spec;
  const addresses = (['local', 'remote', 'group'] as const).flatMap((field) =>
    spec[field] === undefined ? [] : [[field, parseIpAddress(spec[field])]],
  );
  return {
    ...{ vni, port, learnRemotes, ttl, tos, ageingTime, udpChecksum },
    ...(sourcePorts === undefined ? {} : { sourcePorts: { ...sourcePorts } }),
    ...Object.fromEntries(addresses),
  };
}
