import {
  type MacvlanChanges,
  type TapChanges,
  VXLAN_PORT,
  type VxlanChanges,
  type VxlanSpec,
} from 'netdev-core';

/** What iproute2 is told of a vxlan (ip-link(8), VXLAN). It would take another port by itself. */
export function vxlanWords(spec: VxlanSpec): string[] {
  const { vni, port = VXLAN_PORT, udpChecksum, sourcePorts, learnRemotes, maxAddresses, ...rest } = spec;
  const overIpv6 = [spec.remote, spec.group, spec.local].some((address) => address?.includes(':'));
  const noChecksum = overIpv6 ? ['udp6zerocsumtx', 'udp6zerocsumrx'] : ['noudpcsum'];
  return [
    ...(spec.external === true ? ['external'] : ['id', String(vni)]),
    ...vxlanChangeWords(rest),
    ...['dstport', String(port)],
    ...(sourcePorts === undefined ? [] : ['srcport', String(sourcePorts.first), String(sourcePorts.last)]),
    ...(learnRemotes === false ? ['nolearning'] : []),
    ...(spec.proxy === true ? ['proxy'] : []),
    ...(spec.routeShortCircuit === true ? ['rsc'] : []),
    ...(spec.l2Miss === true ? ['l2miss'] : []),
    ...(spec.l3Miss === true ? ['l3miss'] : []),
    ...(spec.groupPolicy === true ? ['gbp'] : []),
    ...(spec.ttlInherit === true ? ['ttl', 'inherit'] : []),
    ...(maxAddresses === undefined ? [] : ['maxaddress', String(maxAddresses)]),
    ...(udpChecksum === false ? noChecksum : []),
  ];
}

export function vxlanChangeWords(changes: VxlanChanges): string[] {
  const { local, remote, group, parent, learnRemotes, ttl, tos, ageingTime, dontFragment, flowLabel } =
    changes;
  return [
    ...(local === undefined ? [] : ['local', local]),
    ...(remote === undefined ? [] : ['remote', remote]),
    ...(group === undefined ? [] : ['group', group]),
    ...(parent === undefined ? [] : ['dev', parent]),
    ...(ttl === undefined ? [] : ['ttl', ttl === 0 ? 'auto' : String(ttl)]),
    ...(tos === undefined ? [] : ['tos', tos === 1 ? 'inherit' : `0x${tos.toString(16)}`]),
    ...(ageingTime === undefined ? [] : ['ageing', String(ageingTime)]),
    ...(dontFragment === undefined ? [] : ['df', dontFragment]),
    ...(flowLabel === undefined ? [] : ['flowlabel', `0x${flowLabel.toString(16)}`]),
    ...(learnRemotes === undefined ? [] : [learnRemotes ? 'learning' : 'nolearning']),
  ];
}

export function macvlanWords({ mode, nopromisc }: MacvlanChanges): string[] {
  return [...(mode === undefined ? [] : ['mode', mode]), ...(nopromisc === true ? ['nopromisc'] : [])];
}

/** Who may open a tap or tun that is there: iproute2 has no word for it, so tunctl(8), of Debian's uml-utilities. */
export function tapWords(name: string, { owner, group }: TapChanges): string[] {
  return [
    ...['tunctl', '-t', name],
    ...(owner === undefined ? [] : ['-u', String(owner)]),
    ...(group === undefined ? [] : ['-g', String(group)]),
  ];
}

/** The addresses that a macvlan lets in, which go by words of their own. */
export function setMacvlanSources({ sources }: MacvlanChanges): string[][] {
  return sources === undefined ? [] : [['macaddr', 'set', ...sources]];
}
