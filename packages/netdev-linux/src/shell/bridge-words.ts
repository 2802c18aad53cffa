import type { BridgeSettings, PortSettings } from 'netdev-core';

/** What iproute2 is told of a bridge (ip-link(8), bridge), which takes times in hundredths of a second. */
export function bridgeWords(settings: BridgeSettings): string[] {
  const { forwardDelay, helloTime, maxAge, priority, stp, ageingTime, groupForwardMask } = settings;
  const { multicastSnooping, multicastQuerier, vlanFiltering, vlanProtocol, vlanDefaultPvid } = settings;
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
    ...onOff('mcast_querier', multicastQuerier),
    ...onOff('vlan_filtering', vlanFiltering),
    ...(vlanProtocol === undefined ? [] : ['vlan_protocol', vlanProtocol]),
    ...word('vlan_default_pvid', vlanDefaultPvid),
  ];
}

const portWordNames: Readonly<Record<keyof PortSettings, string>> = {
  hairpin: 'hairpin',
  isolated: 'isolated',
  learning: 'learning',
  flood: 'flood',
  multicastFlood: 'mcast_flood',
  broadcastFlood: 'bcast_flood',
  multicastToUnicast: 'mcast_to_unicast',
  multicastRouter: 'mcast_router',
  fastLeave: 'fastleave',
  neighbourSuppression: 'neigh_suppress',
  proxyArp: 'proxy_arp',
  locked: 'locked',
  bpduGuard: 'guard',
  rootBlock: 'root_block',
  portCost: 'cost',
  portPriority: 'priority',
};

/** What iproute2 is told of a port of a bridge (ip-link(8), bridge_slave). */
export function portWords(settings: PortSettings): string[] {
  return (Object.keys(portWordNames) as (keyof PortSettings)[]).flatMap((name) => {
    const value = settings[name];
    if (value === undefined) return [];
    const word = typeof value === 'boolean' ? (value ? 'on' : 'off') : String(routerNumbers[value] ?? value);
    return [portWordNames[name], word];
  });
}

/** MDB_RTR_TYPE_* of linux/if_bridge.h. */
const routerNumbers: Readonly<Record<string | number, number>> = { never: 0, automatic: 1, always: 2 };
