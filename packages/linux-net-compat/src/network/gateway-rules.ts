import type { LinuxNetConf } from '../conf/linux-net-conf.js';

/** A chain and a rule for it. */
export type ChainRule = readonly [chain: string, rule: string];

/** What may be forwarded between a bridge and the devices of `forward_bridge_interface`. */
export function getGatewayRules(conf: LinuxNetConf, bridge: string): ChainRule[] {
  if (conf.forward_bridge_interface.includes('all'))
    return [
      ['FORWARD', `-i ${bridge} -j ACCEPT`],
      ['FORWARD', `-o ${bridge} -j ACCEPT`],
    ];
  const devices = conf.forward_bridge_interface.filter((device) => device !== '');
  return [
    ...devices.flatMap((device): ChainRule[] => [
      ['FORWARD', `-i ${bridge} -o ${device} -j ACCEPT`],
      ['FORWARD', `-i ${device} -o ${bridge} -j ACCEPT`],
    ]),
    ['FORWARD', `-i ${bridge} -o ${bridge} -j ACCEPT`],
    ['FORWARD', `-i ${bridge} -j ${conf.iptables_drop_action}`],
    ['FORWARD', `-o ${bridge} -j ${conf.iptables_drop_action}`],
  ];
}
