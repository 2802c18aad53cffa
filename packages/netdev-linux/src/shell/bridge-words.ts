import type { BridgeSettings } from 'netdev-core';

/** What iproute2 is told of a bridge (ip-link(8), bridge), which takes times in hundredths of a second. */
export function bridgeWords(settings: BridgeSettings): string[] {
  const { forwardDelay, helloTime, maxAge, priority, stp, ageingTime, groupForwardMask } = settings;
  const { multicastSnooping, vlanFiltering } = settings;
  const word = (name: string, value: number | undefined): string[] =>
    value === undefined ? [] : [name, String(value)];
  const time = (name: string, value: number | undefined): string[] =>
    word(name, value === undefined ? undefined : value * 100);
  const onOff = (name: string, value: boolean | undefined): string[] =>
    word(name, value === undefined ? undefined : Number(value));
  return [
    ...time('forward_delay', forwardDelay),
    ...time('hello_time', helloTime),
    ...time('max_age', maxAge),
    ...word('priority', priority),
    ...onOff('stp_state', stp),
    ...time('ageing_time', ageingTime),
    ...word('group_fwd_mask', groupForwardMask),
    ...onOff('mcast_snooping', multicastSnooping),
    ...onOff('vlan_filtering', vlanFiltering),
  ];
}
