import type { IptablesManager } from '../rules/iptables-manager.js';

/** Lets DHCP and DNS from a device in. */
export async function addDnsmasqAcceptRules(iptables: IptablesManager, device: string): Promise<void> {
  for (const rule of acceptRules(device)) iptables.ipv4.filter.addRule('INPUT', rule);
  await iptables.apply();
}

/** Takes back what {@link addDnsmasqAcceptRules} did. */
export async function removeDnsmasqAcceptRules(iptables: IptablesManager, device: string): Promise<void> {
  for (const rule of acceptRules(device)) iptables.ipv4.filter.removeRule('INPUT', rule);
  await iptables.apply();
}

/** Has checksums of DHCP answers filled in, for guests that insist on them. */
export async function addDhcpMangleRule(iptables: IptablesManager, device: string): Promise<void> {
  iptables.ipv4.mangle.addRule('POSTROUTING', checksumRule(device));
  await iptables.apply();
}

/** Takes back what {@link addDhcpMangleRule} did. */
export async function removeDhcpMangleRule(iptables: IptablesManager, device: string): Promise<void> {
  iptables.ipv4.mangle.removeRule('POSTROUTING', checksumRule(device));
  await iptables.apply();
}

function acceptRules(device: string): string[] {
  return [67, 53].flatMap((port) =>
    ['udp', 'tcp'].map((protocol) => `-i ${device} -p ${protocol} -m ${protocol} --dport ${port} -j ACCEPT`),
  );
}

function checksumRule(device: string): string {
  return `-o ${device} -p udp -m udp --dport 68 -j CHECKSUM --checksum-fill`;
}
