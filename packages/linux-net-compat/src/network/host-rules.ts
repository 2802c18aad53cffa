import type { LinuxNetConf } from '../conf/linux-net-conf.js';
import type { IptablesManager } from '../rules/iptables-manager.js';

/** Whether a network's way out is a router elsewhere. */
export interface ExternalOption {
  /** Then only what goes to `force_snat_range` is translated here. Left out: no. */
  isExternal?: boolean;
}

/** Translates what a network sends out to `routing_source_ip`. */
export async function addSnatRule(
  conf: LinuxNetConf,
  iptables: IptablesManager,
  range: string,
  { isExternal = false }: ExternalOption = {},
): Promise<void> {
  if (conf.routing_source_ip === '') return;
  for (const destination of isExternal ? conf.force_snat_range : ['0.0.0.0/0']) {
    const device = !isExternal && conf.public_interface !== '' ? ` -o ${conf.public_interface}` : '';
    const rule = `-s ${range} -d ${destination} -j SNAT --to-source ${conf.routing_source_ip}${device}`;
    iptables.ipv4.nat.addRule('snat', rule);
  }
  await iptables.apply();
}

/** The ebtables rules that have bridged packets to `force_snat_range` go through this host's routing. */
export function forcedSnatFrameRules(conf: LinuxNetConf, range: string): string[] {
  const redirect = '-j redirect --redirect-target ACCEPT';
  return conf.force_snat_range.map(
    (destination) => `PREROUTING -p ipv4 --ip-src ${range} --ip-dst ${destination} ${redirect}`,
  );
}

/** What a network sends to the metadata service, to a DMZ and to itself keeps its address. */
export async function addNoSnatRules(
  conf: LinuxNetConf,
  iptables: IptablesManager,
  range: string,
): Promise<void> {
  const { nat } = iptables.ipv4;
  nat.addRule('POSTROUTING', `-s ${range} -d ${conf.metadata_host}/32 -j ACCEPT`);
  for (const dmz of conf.dmz_cidr) nat.addRule('POSTROUTING', `-s ${range} -d ${dmz} -j ACCEPT`);
  nat.addRule('POSTROUTING', `-s ${range} -d ${range} -m conntrack ! --ctstate DNAT -j ACCEPT`);
  await iptables.apply();
}
