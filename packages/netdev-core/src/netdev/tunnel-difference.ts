import { withoutAbsent } from '../without-absent.js';
import type { Link } from './link.js';
import type { MacvlanChanges, MacvlanSpec, VxlanChanges, VxlanSpec } from './link-spec.js';

/** The UDP port of a vxlan that was given none (RFC 7348, 5). */
export const VXLAN_PORT = 4789;

/** The settings of a vxlan that can be changed, as a specification has them. */
export function vxlanSettings(spec: VxlanSpec): VxlanChanges {
  const { local, remote, group, parent, learnRemotes, ttl, tos, ageingTime } = spec;
  return withoutAbsent<VxlanChanges>({
    local,
    remote,
    group,
    parent,
    learnRemotes,
    ttl,
    tos,
    ageingTime,
  });
}

export function macvlanSettings({ mode, sources, nopromisc }: MacvlanSpec): MacvlanChanges {
  return withoutAbsent<MacvlanChanges>({ mode, sources, nopromisc });
}

/** What of the settings of a vxlan is not as wanted. */
export function vxlanDifference({ vxlan, parent }: Link, wanted: VxlanChanges): VxlanChanges {
  return differing<VxlanChanges>({ ...vxlan, ...(parent === undefined ? {} : { parent }) }, wanted);
}

export function macvlanDifference({ macvlan }: Link, wanted: MacvlanChanges): MacvlanChanges {
  return differing({ sources: [], nopromisc: false, ...macvlan }, wanted);
}

/** What is left out may be anything, but for the network and the port; the rest can be changed. */
export function vxlanClash({ name, vxlan }: Link, spec: VxlanSpec): string | undefined {
  const { vni, port = VXLAN_PORT, udpChecksum, sourcePorts } = spec;
  if (vxlan?.vni !== vni || vxlan.port !== port)
    return `${name} is network ${vxlan?.vni} on port ${vxlan?.port}, not ${vni} on port ${port}`;
  if (udpChecksum !== undefined && vxlan.udpChecksum !== udpChecksum)
    return `${name} is ${udpChecksum ? 'without' : 'with'} checksums of UDP, which cannot be changed`;
  if (sourcePorts !== undefined && !isSame(vxlan.sourcePorts, sourcePorts))
    return `${name} sends from ${portsText(vxlan.sourcePorts)}, not from ${portsText(sourcePorts)}, which cannot be changed`;
  return undefined;
}

/** A macvlan gets another mode, but none gets into `passthru` or out of it. */
export function macvlanClash({ name, parent, macvlan }: Link, spec: MacvlanSpec): string | undefined {
  if (parent !== spec.parent) return `${name} is on ${parent}, not on ${spec.parent}`;
  const { mode } = spec;
  if (mode === undefined || (macvlan?.mode === 'passthru') === (mode === 'passthru')) return undefined;
  return `${name} is in mode ${macvlan?.mode}, which cannot be changed to ${mode}`;
}

function differing<T extends object>(present: Partial<T>, wanted: T): T {
  const entries = Object.entries(wanted) as [keyof T, unknown][];
  return Object.fromEntries(
    entries.filter(([name, value]) => value !== undefined && !isSame(present[name], value)),
  ) as T;
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function portsText(ports: VxlanSpec['sourcePorts']): string {
  return ports === undefined ? 'any port' : `ports ${ports.first} to ${ports.last}`;
}
