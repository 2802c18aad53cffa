import { type BridgeDetail, type BridgeSettings, type VlanProtocol, withoutAbsent } from 'netdev-core';
import type { BridgeData } from '../netlink/index.js';

/** ETH_P_8021Q and ETH_P_8021AD of linux/if_ether.h. */
const vlanProtocols: Readonly<Record<VlanProtocol, number>> = { '802.1q': 0x8100, '802.1ad': 0x88a8 };

export function vlanProtocolOf(number: number | undefined): VlanProtocol | undefined {
  const names = Object.keys(vlanProtocols) as VlanProtocol[];
  return names.find((name) => vlanProtocols[name] === number);
}

export function vlanProtocolNumber(name: VlanProtocol | undefined): number | undefined {
  return name === undefined ? undefined : vlanProtocols[name];
}

export function bridgeDetail(bridge: BridgeData): BridgeDetail {
  const { groupForwardMask, multicastSnooping, multicastQuerier, vlanDefaultPvid } = bridge;
  return withoutAbsent<BridgeDetail>({
    forwardDelay: (bridge.forwardDelay ?? 0) / 100,
    helloTime: (bridge.helloTime ?? 0) / 100,
    maxAge: (bridge.maxAge ?? 0) / 100,
    priority: bridge.priority ?? 0,
    stp: (bridge.stpState ?? 0) !== 0,
    ageingTime: (bridge.ageingTime ?? 0) / 100,
    vlanFiltering: bridge.vlanFiltering === true,
    vlanProtocol: vlanProtocolOf(bridge.vlanProtocol),
    ...{ groupForwardMask, multicastSnooping, multicastQuerier, vlanDefaultPvid },
  });
}

/** Seconds become the kernel's hundredths (USER_HZ). */
export function bridgeData(settings: BridgeSettings): BridgeData {
  const { forwardDelay, helloTime, maxAge, stp, ageingTime, vlanProtocol, ...same } = settings;
  const hundredths = (time: number | undefined) => (time === undefined ? undefined : time * 100);
  return {
    ...same,
    forwardDelay: hundredths(forwardDelay),
    helloTime: hundredths(helloTime),
    maxAge: hundredths(maxAge),
    stpState: stp === undefined ? undefined : Number(stp),
    ageingTime: hundredths(ageingTime),
    vlanProtocol: vlanProtocolNumber(vlanProtocol),
  };
}
