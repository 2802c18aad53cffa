import { CommandError } from 'netdev-core';
import type { HostContext } from '../context.js';
import { execute } from '../execute.js';
import type { IptablesManager } from '../rules/iptables-manager.js';
import type { ChainRule } from './gateway-rules.js';

/** What is needed of the network that a fixed address is in. */
export interface FloatingNetwork {
  bridge: string;
  cidr: string;
}

/** Tells the neighbours that an address is here now. A failure is no error. */
export async function sendArpForIp(
  context: HostContext,
  ip: string,
  device: string,
  count: number,
): Promise<void> {
  await execute(context, ['arping', '-U', ip, '-A', '-I', device, '-c', String(count)], { accept: 'any' });
}

/** Gives a device a floating address, and with `send_arp_for_ha` tells the neighbours. @throws NetDevError */
export async function bindFloatingIp(context: HostContext, ip: string, device: string): Promise<void> {
  const { conf } = context;
  if (!conf.fake_network) {
    const driver = await context.netdev();
    await driver.ensureAddress({ link: device, cidr: `${ip}/32` });
  }
  if (conf.send_arp_for_ha && conf.send_arp_for_ha_count > 0)
    await sendArpForIp(context, ip, device, conf.send_arp_for_ha_count);
}

/** Takes a floating address from a device; one that is not there is no error. @throws NetDevError */
export async function unbindFloatingIp(context: HostContext, ip: string, device: string): Promise<void> {
  if (context.conf.fake_network) return;
  const driver = await context.netdev();
  await driver.deleteAddress(device, `${ip}/32`);
}

/** The rules that tie a floating address to a fixed one, hairpin included. */
export function floatingForwardRules(
  floatingIp: string,
  fixedIp: string,
  device?: string | null,
): ChainRule[] {
  const translate = `-s ${fixedIp} -j SNAT --to ${floatingIp}`;
  const leaving: ChainRule[] =
    device === undefined || device === null || device === ''
      ? [['float-snat', translate]]
      : [
          ['float-snat', `${translate} -d ${fixedIp}`],
          ['float-snat', `${translate} -o ${device}`],
        ];
  return [
    ...leaving,
    ['PREROUTING', `-d ${floatingIp} -j DNAT --to ${fixedIp}`],
    ['OUTPUT', `-d ${floatingIp} -j DNAT --to ${fixedIp}`],
    ['POSTROUTING', `-s ${fixedIp} -m conntrack --ctstate DNAT -j SNAT --to-source ${floatingIp}`],
  ];
}

/** The rules that have bridged packets of a fixed address go through this host's routing, and their table. */
export function floatingEbtablesRules(
  fixedIp: string,
  network: FloatingNetwork,
): [rules: string[], table: 'nat'] {
  const { bridge, cidr } = network;
  const match = `--logical-in ${bridge} -p ipv4 --ip-src ${fixedIp} ! --ip-dst ${cidr}`;
  return [[`PREROUTING ${match} -j redirect --redirect-target ACCEPT`], 'nat'];
}

/** Ties a floating address to a fixed one; what it was tied to before is let go. */
export async function addFloatingRules(
  { faults }: Pick<HostContext, 'faults'>,
  iptables: IptablesManager,
  [floatingIp, fixedIp, device]: FloatingForward,
): Promise<void> {
  const { nat } = iptables.ipv4;
  const pattern = faults === 'keep' ? floatingIp : floatingIp.replaceAll('.', '\\.');
  nat.removeRulesRegex(`.*\\s+${pattern}(/32|\\s+|$)`);
  for (const [chain, rule] of floatingForwardRules(floatingIp, fixedIp, device)) nat.addRule(chain, rule);
  await iptables.apply();
}

/** Takes back what {@link addFloatingRules} did. */
export async function removeFloatingRules(
  iptables: IptablesManager,
  [floatingIp, fixedIp, device]: FloatingForward,
): Promise<void> {
  const { nat } = iptables.ipv4;
  for (const [chain, rule] of floatingForwardRules(floatingIp, fixedIp, device)) nat.removeRule(chain, rule);
  await iptables.apply();
}

/** What the two directions of a floating address are told. */
export type FloatingForward = [
  floatingIp: string,
  fixedIp: string,
  device: string | null,
  network: FloatingNetwork,
];

/** Leads a port of a public address to a guest's VPN service. */
export async function ensureVpnForward(
  iptables: IptablesManager,
  publicIp: string,
  port: number | string,
  privateIp: string,
): Promise<void> {
  const translate = `-d ${publicIp} -p udp --dport ${port} -j DNAT --to ${privateIp}:1194`;
  iptables.ipv4.filter.addRule('FORWARD', `-d ${privateIp} -p udp --dport 1194 -j ACCEPT`);
  iptables.ipv4.nat.addRule('PREROUTING', translate);
  iptables.ipv4.nat.addRule('OUTPUT', translate);
  await iptables.apply();
}

/** Forgets the connections of a fixed address, which would go on past its rules. A failure is no error. */
export async function cleanConntrack(context: HostContext, fixedIp: string): Promise<void> {
  try {
    await execute(context, ['conntrack', '-D', '-r', fixedIp], { accept: [0, 1] });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
  }
}
