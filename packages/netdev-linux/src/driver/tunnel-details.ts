import {
  ipFamily,
  ipFromBytes,
  ipToBytes,
  isUnicast,
  type MacvlanDetail,
  type MacvlanSpec,
  parseIpAddress,
  VXLAN_PORT,
  type VxlanDetail,
  type VxlanSpec,
  withoutAbsent,
} from 'netdev-core';
import type { MacvlanData, VxlanData } from '../netlink/index.js';

/** MACVLAN_MODE_* of linux/if_link.h. */
const macvlanModes: Readonly<Record<MacvlanDetail['mode'], number>> = {
  private: 1,
  vepa: 2,
  bridge: 4,
  passthru: 8,
  source: 16,
};

export function macvlanDetail({ mode }: MacvlanData): MacvlanDetail {
  const names = Object.keys(macvlanModes) as MacvlanDetail['mode'][];
  return { mode: names.find((name) => macvlanModes[name] === mode) ?? 'vepa' };
}

export function macvlanData({ mode = 'bridge' }: MacvlanSpec): MacvlanData {
  return { mode: macvlanModes[mode] };
}

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
  });
}

export function vxlanData(spec: VxlanSpec, parentIndex: number | undefined): VxlanData {
  const { vni, local, remote, group, port = VXLAN_PORT, learnRemotes = true } = spec;
  const other = remote ?? group;
  return {
    id: vni,
    ...(other === undefined ? {} : { [isIpv6(other) ? 'group6' : 'group']: bytesOf(other) }),
    link: parentIndex,
    ...(local === undefined ? {} : { [isIpv6(local) ? 'local6' : 'local']: bytesOf(local) }),
    learning: learnRemotes,
    port,
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
