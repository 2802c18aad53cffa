import type { LinuxNetContext } from '../context.js';
import { ensureEbtablesRules } from '../iptables/ebtables.js';
import type { IptablesManager } from '../iptables/iptables-manager.js';

/** Whether a network's way out is a router elsewhere. */
export interface ExternalOption {
  /** Then only what goes to `force_snat_range` is translated here. Left out: no. */
  isExternal?: boolean;
}

/** Translates what a network sends out to `routing_source_ip`. @throws CommandError */
export async function addSnatRule(
  { conf }: LinuxNetContext,
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

/** The rules of a host that forwards for a network: translation, and what is exempt from it. @throws CommandError */
export async function initHost(
  context: LinuxNetContext,
  iptables: IptablesManager,
  range: string,
  { isExternal = false }: ExternalOption = {},
): Promise<void> {
  const { conf } = context;
  await addSnatRule(context, iptables, range, { isExternal });
  if (isExternal) {
    const redirect = '-j redirect --redirect-target ACCEPT';
    const rules = conf.force_snat_range.map(
      (destination) => `PREROUTING -p ipv4 --ip-src ${range} --ip-dst ${destination} ${redirect}`,
    );
    await ensureEbtablesRules(context, rules, 'nat');
  }
  const { nat } = iptables.ipv4;
  nat.addRule('POSTROUTING', `-s ${range} -d ${conf.metadata_host}/32 -j ACCEPT`);
  for (const dmz of conf.dmz_cidr) nat.addRule('POSTROUTING', `-s ${range} -d ${dmz} -j ACCEPT`);
  nat.addRule('POSTROUTING', `-s ${range} -d ${range} -m conntrack ! --ctstate DNAT -j ACCEPT`);
  await iptables.apply();
}
