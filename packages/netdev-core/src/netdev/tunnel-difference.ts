import { withoutAbsent } from '../without-absent.js';
import type { Link } from './link.js';
import type { MacvlanChanges, MacvlanSpec, TapChanges, VxlanChanges, VxlanSpec } from './link-spec.js';

/** The UDP port of a vxlan that was given none (RFC 7348, 5). */
export const VXLAN_PORT = 4789;

/** The settings of a vxlan that can be changed, as a specification has them. */
export function vxlanSettings(spec: VxlanSpec): VxlanChanges {
  const { local, remote, group, parent, learnRemotes, ttl, tos, ageingTime, dontFragment, flowLabel } = spec;
  return withoutAbsent<VxlanChanges>({
    ...{ local, remote, group, parent, learnRemotes, ttl, tos, ageingTime },
    ...{ dontFragment, flowLabel },
  });
}

/** Who may open a tap or tun, as a specification has it. */
export function tapSettings({ owner, group }: TapChanges): TapChanges {
  return withoutAbsent<TapChanges>({ owner, group });
}

export function tapDifference({ tap }: Link, wanted: TapChanges): TapChanges {
  return differing<TapChanges>({ ...tap }, wanted);
}

export function macvlanSettings({ mode, sources, nopromisc }: MacvlanSpec): MacvlanChanges {
  return withoutAbsent<MacvlanChanges>({ mode, sources, nopromisc });
}

/** What of the settings of a vxlan is not as wanted. */
export function vxlanDifference({ vxlan, parent }: Link, wanted: VxlanChanges): VxlanChanges {
  return differing<VxlanChanges>({ ...vxlan, ...(parent === undefined ? {} : { parent }) }, wanted);
}

export function macvlanDifference({ kind, macvlan }: Link, wanted: MacvlanChanges): MacvlanChanges {
  const is: MacvlanSpec['kind'] = kind === 'macvtap' ? 'macvtap' : 'macvlan';
  const changes = differing<MacvlanChanges>({ kind: is, sources: [], nopromisc: false, ...macvlan }, wanted);
  return is === 'macvlan' || Object.keys(changes).length === 0 ? changes : { kind: is, ...changes };
}

/** What a vxlan keeps that is one value, in words. */
const fixedSettings = {
  proxy: 'a proxy for neighbours',
  routeShortCircuit: 'route short circuit',
  l2Miss: 'notices of missing MAC addresses',
  l3Miss: 'notices of missing neighbours',
  groupPolicy: 'group policies',
  ttlInherit: 'the ttl of what it carries',
  external: 'metadata of each packet',
  maxAddresses: 'a limit of addresses',
} as const;

/** What is left out may be anything, but for the network and the port; the rest can be changed. */
export function vxlanClash({ name, vxlan }: Link, spec: VxlanSpec): string | undefined {
  const { vni, port = VXLAN_PORT, udpChecksum, sourcePorts } = spec;
  if (vxlan?.vni !== vni || vxlan.port !== port)
    return `${name} is network ${vxlan?.vni} on port ${vxlan?.port}, not ${vni} on port ${port}`;
  if (udpChecksum !== undefined && vxlan.udpChecksum !== udpChecksum)
    return `${name} is ${udpChecksum ? 'without' : 'with'} checksums of UDP, which cannot be changed`;
  for (const [setting, text] of Object.entries(fixedSettings) as [keyof typeof fixedSettings, string][]) {
    const [wanted, present] = [spec[setting], vxlan[setting]];
    if (wanted !== undefined && wanted !== (present ?? 'none'))
      return `${name} has ${text} ${onOff(present)}, not ${onOff(wanted)}, which cannot be changed`;
  }
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

function onOff(value: number | boolean | undefined): string {
  return typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value ?? 'none');
}

function portsText(ports: VxlanSpec['sourcePorts']): string {
  return ports === undefined ? 'any port' : `ports ${ports.first} to ${ports.last}`;
}
