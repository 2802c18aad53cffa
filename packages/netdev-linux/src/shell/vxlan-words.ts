import { VXLAN_PORT, type VxlanSpec } from 'netdev-core';

/** What iproute2 is told of a vxlan (ip-link(8), VXLAN). It would take another port by itself. */
export function vxlanWords(spec: VxlanSpec): string[] {
  const { vni, local, remote, group, parent, port = VXLAN_PORT, learnRemotes } = spec;
  return [
    ...['id', String(vni)],
    ...(local === undefined ? [] : ['local', local]),
    ...(remote === undefined ? [] : ['remote', remote]),
    ...(group === undefined ? [] : ['group', group]),
    ...(parent === undefined ? [] : ['dev', parent]),
    ...['dstport', String(port)],
    ...(learnRemotes === false ? ['nolearning'] : []),
  ];
}
