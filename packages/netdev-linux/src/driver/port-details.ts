import { type MulticastRouter, type PortDetail, type PortSettings, withoutAbsent } from 'netdev-core';
import type { BridgePortData } from '../netlink/index.js';

/** MDB_RTR_TYPE_DISABLED, _TEMP_QUERY and _PERM of linux/if_bridge.h. */
const routers: readonly MulticastRouter[] = ['never', 'automatic', 'always'];

export function portDetail(port: BridgePortData): PortDetail {
  const { multicastRouter: router } = port;
  return withoutAbsent<PortDetail>({
    hairpin: port.hairpin === true,
    isolated: port.isolated === true,
    learning: port.learning === true,
    flood: port.unicastFlood === true,
    multicastFlood: port.multicastFlood === true,
    broadcastFlood: port.broadcastFlood === true,
    multicastToUnicast: port.multicastToUnicast === true,
    // What is left is for as long as queries come (_TEMP), and automatic afterwards.
    multicastRouter: router === undefined ? undefined : (routers[router] ?? 'automatic'),
    fastLeave: port.fastLeave === true,
    neighbourSuppression: port.neighbourSuppression === true,
    proxyArp: port.proxyArp === true,
    locked: port.locked,
    bpduGuard: port.guard === true,
    rootBlock: port.protect === true,
    portCost: port.cost ?? 0,
    portPriority: port.priority ?? 0,
  });
}

export function portData(settings: PortSettings): BridgePortData {
  const { flood, bpduGuard, rootBlock, portCost, portPriority, multicastRouter, ...same } = settings;
  return withoutAbsent<BridgePortData>({
    ...same,
    unicastFlood: flood,
    guard: bpduGuard,
    protect: rootBlock,
    cost: portCost,
    priority: portPriority,
    multicastRouter: multicastRouter === undefined ? undefined : routers.indexOf(multicastRouter),
  });
}
