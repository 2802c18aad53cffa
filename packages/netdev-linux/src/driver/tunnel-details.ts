import {
  ipFamily,
  ipFromBytes,
  ipToBytes,
  isUnicast,
  type MacvlanChanges,
  type MacvlanDetail,
  parseIpAddress,
  VXLAN_PORT,
  type VxlanChanges,
  type VxlanDetail,
  type VxlanSpec,
  withoutAbsent,
} from 'netdev-core';
import type { MacvlanData, VxlanData } from '../netlink/index.js';
import { macFromBytes, macToBytes } from './mac-bytes.js';

/** MACVLAN_MODE_* of linux/if_link.h. */
const macvlanModes: Readonly<Record<MacvlanDetail['mode'], number>> = {
  private: 1,
  vepa: 2,
  bridge: 4,
  passthru: 8,
  source: 16,
};

/** MACVLAN_FLAG_NOPROMISC and MACVLAN_MACADDR_SET of linux/if_link.h. */
const NOPROMISC = 1;
const SET_SOURCES = 3;

export function macvlanDetail(data: MacvlanData): MacvlanDetail {
  const names = Object.keys(macvlanModes) as MacvlanDetail['mode'][];
  const mode = names.find((name) => macvlanModes[name] === data.mode) ?? 'vepa';
  if (mode === 'passthru') return { mode, nopromisc: ((data.flags ?? 0) & NOPROMISC) !== 0 };
  if (mode !== 'source') return { mode };
  return { mode, sources: (data.sources ?? []).flatMap((bytes) => macFromBytes(bytes) ?? []).sort() };
}

export function macvlanData({ mode, sources, nopromisc }: MacvlanChanges): MacvlanData {
  return {
    mode: mode === undefined ? undefined : macvlanModes[mode],
    flags: nopromisc === undefined ? undefined : nopromisc ? NOPROMISC : 0,
    ...(sources === undefined ? {} : { sourcesMode: SET_SOURCES, sources: sources.map(macToBytes) }),
  };
}

/** VXLAN_DF_* of linux/if_link.h. */
const dontFragmentModes: readonly VxlanDetail['dontFragment'][] = ['unset', 'set', 'inherit'];

/** The kernel has one attribute for the remote and for the group. */
export function vxlanDetail(data: VxlanData): VxlanDetail {
  const other = addressOf(data.group ?? data.group6);
  const isGroup = other !== undefined && !isUnicast(other);
  return withoutAbsent<VxlanDetail>({
    vni: data.id ?? 0,
    local: addressOf(data.local ?? data.local6),
    remote: isGroup ? undefined : other,
    group: isGroup ? other : undefined,
    port: data.port ?? 0,
    learnRemotes: data.learning === true,
    ttl: data.ttl ?? 0,
    tos: data.tos ?? 0,
    ageingTime: data.ageing ?? 0,
    udpChecksum:
      data.group6 === undefined && data.local6 === undefined
        ? data.udpChecksum === true
        : data.udpZeroChecksum6Sent !== true,
    sourcePorts: data.sourcePorts?.last ? data.sourcePorts : undefined,
    dontFragment: dontFragmentModes[data.dontFragment ?? 0] ?? 'unset',
    flowLabel: data.flowLabel ?? 0,
    proxy: data.proxy === true,
    routeShortCircuit: data.routeShortCircuit === true,
    l2Miss: data.l2Miss === true,
    l3Miss: data.l3Miss === true,
    groupPolicy: data.groupPolicy !== undefined,
    ttlInherit: data.ttlInherit?.[0] === 1,
    external: data.collectMetadata === true,
    maxAddresses: data.limit || undefined,
  });
}

export function vxlanData(spec: VxlanSpec, parentIndex: number | undefined): VxlanData {
  const { vni, port = VXLAN_PORT, udpChecksum, sourcePorts } = spec;
  const overIpv6 = [spec.remote, spec.group, spec.local].some((one) => one !== undefined && isIpv6(one));
  const zeroChecksum = udpChecksum === undefined ? undefined : !udpChecksum;
  return {
    id: vni,
    ...vxlanChangesData({ learnRemotes: spec.external !== true, ...spec }, parentIndex),
    port,
    ...{
      proxy: spec.proxy,
      routeShortCircuit: spec.routeShortCircuit,
      l2Miss: spec.l2Miss,
      l3Miss: spec.l3Miss,
    },
    groupPolicy: spec.groupPolicy === true ? new Uint8Array() : undefined,
    ttlInherit: spec.ttlInherit === true ? new Uint8Array() : undefined,
    collectMetadata: spec.external,
    limit: spec.maxAddresses,
    sourcePorts,
    ...(overIpv6
      ? { udpZeroChecksum6Sent: zeroChecksum, udpZeroChecksum6Received: zeroChecksum }
      : { udpChecksum }),
  };
}

/** What the kernel changes on a vxlan that is there (vxlan_nl2conf); what is left out stays. */
export function vxlanChangesData(changes: VxlanChanges, parentIndex: number | undefined): VxlanData {
  const { local, remote, group, learnRemotes, ttl, tos, ageingTime, dontFragment, flowLabel } = changes;
  const other = remote ?? group;
  return {
    ...(other === undefined ? {} : { [isIpv6(other) ? 'group6' : 'group']: bytesOf(other) }),
    link: parentIndex,
    ...(local === undefined ? {} : { [isIpv6(local) ? 'local6' : 'local']: bytesOf(local) }),
    learning: learnRemotes,
    ttl,
    tos,
    ageing: ageingTime,
    dontFragment: dontFragment === undefined ? undefined : dontFragmentModes.indexOf(dontFragment),
    flowLabel,
  };
}

function isIpv6(address: string): boolean {
  return ipFamily(address) === 'ipv6';
}

function bytesOf(address: string): Uint8Array {
  return ipToBytes(parseIpAddress(address));
}

function addressOf(bytes: Uint8Array | undefined) {
  return bytes === undefined ? undefined : ipFromBytes(bytes);
}
