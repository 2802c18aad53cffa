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
  const { external = false, ttlInherit = false } = spec;
  const { vni, port = VXLAN_PORT, learnRemotes = !external, ttl = 0, tos = 0, ageingTime = 300 } = spec;
  const { udpChecksum = true, sourcePorts, dontFragment = 'unset', flowLabel = 0, maxAddresses } = spec;
  const { proxy = false, routeShortCircuit = false, l2Miss = false, l3Miss = false } = spec;
  const addresses = (['local', 'remote', 'group'] as const).flatMap((field) =>
    spec[field] === undefined ? [] : [[field, parseIpAddress(spec[field])]],
  );
  return {
    ...{ vni, port, learnRemotes, ttl, tos, ageingTime, udpChecksum, dontFragment, flowLabel },
    ...{ proxy, routeShortCircuit, l2Miss, l3Miss, groupPolicy: spec.groupPolicy ?? false },
    ...{ ttlInherit, external },
    ...(maxAddresses === undefined ? {} : { maxAddresses }),
    ...(sourcePorts === undefined ? {} : { sourcePorts: { ...sourcePorts } }),
    ...Object.fromEntries(addresses),
  };
}
