import { type AddressSpec, type NetDevDriver, type NetDevOperation, parseInterfaceName } from 'netdev-core';
import type { LinuxNetContext } from '../context.js';
import { sendArpForIp } from '../network/floating-ip.js';
import { type Ipv4Layer, keptOrderSteps, type OrderStep, orderSteps } from './address-order.js';
import { type GatewayAddresses, type GatewayNetwork, parseGatewayNetwork } from './gateway-network.js';

const LOCK = 'lock_gateway';

/** Lets the host forward IPv4 packets between its devices. */
export async function enableIpv4Forwarding({
  conf,
  netdev,
}: Pick<LinuxNetContext, 'conf' | 'netdev'>): Promise<void> {
  if (conf.fake_network) return;
  const driver = await netdev();
  await driver.setForwarding('ipv4', true);
}

/**
 * Makes a device the gateway of a network: the host forwards, and the DHCP server's address is the
 * device's first, which is the one that dnsmasq answers from. No network, or an empty one: nothing.
 *
 * When a step fails, what was there before is there again, unless the faults are kept.
 *
 * @throws InvalidArgumentError, DeviceNotFoundError, PartialError when not all could be put back
 */
export async function initializeGatewayDevice(
  context: LinuxNetContext,
  device: string,
  network: GatewayNetwork | Readonly<Record<string, never>> | null,
): Promise<void> {
  if (network === null || network === undefined || Object.keys(network).length === 0) return;
  const link = parseInterfaceName(device, 'device');
  const addresses = parseGatewayNetwork(network as GatewayNetwork, context.conf.use_ipv6);
  if (context.conf.fake_network) return;
  await context.locks.hold(LOCK, async () => {
    if (context.faults === 'keep') await stepByStep(context, link, addresses);
    else await atOnce(context, link, addresses);
  });
}

async function atOnce(
  context: LinuxNetContext,
  link: string,
  { ipv4, ipv6 }: GatewayAddresses,
): Promise<void> {
  const driver = await context.netdev();
  const layer = await readIpv4(driver, link, 'all');
  const order = isFirst(layer, ipv4.cidr) ? [] : orderSteps({ link, ...ipv4 }, layer);
  const forwarding: NetDevOperation = { do: 'set-forwarding', family: 'ipv4', enabled: true };
  await driver.batch([forwarding, ...order, ...addIpv6(link, ipv6)]);
  if (order.length > 0) await announce(context, link, ipv4);
}

async function stepByStep(
  context: LinuxNetContext,
  link: string,
  { ipv4, ipv6 }: GatewayAddresses,
): Promise<void> {
  await enableIpv4Forwarding(context);
  const driver = await context.netdev();
  const layer = await readIpv4(driver, link, undefined);
  if (!isFirst(layer, ipv4.cidr)) {
    for (const step of keptOrderSteps({ link, ...ipv4 }, layer)) await perform(driver, step);
    await announce(context, link, ipv4);
  }
  for (const step of addIpv6(link, ipv6)) await perform(driver, step);
}

async function readIpv4(driver: NetDevDriver, link: string, table: 'all' | undefined): Promise<Ipv4Layer> {
  const addresses = await driver.listAddresses({ link, family: 'ipv4' });
  const routes = await driver.listRoutes({ link, family: 'ipv4', ...(table && { table }) });
  return { addresses: addresses.filter(({ scope }) => scope === 'global'), routes };
}

function isFirst({ addresses }: Ipv4Layer, cidr: string): boolean {
  return addresses[0]?.cidr === cidr;
}

function addIpv6(link: string, cidr: string | undefined): OrderStep[] {
  return cidr === undefined ? [] : [{ do: 'add-address', spec: { link, cidr } }];
}

async function perform(driver: NetDevDriver, step: OrderStep): Promise<void> {
  if (step.do === 'delete-route') await driver.deleteRoute(step.spec);
  else if (step.do === 'delete-address') await driver.deleteAddress(step.link, step.cidr);
  else if (step.do === 'add-address') await driver.ensureAddress(step.spec);
  else await driver.ensureRoute(step.spec);
}

async function announce(
  context: LinuxNetContext,
  link: string,
  { cidr }: Pick<AddressSpec, 'cidr'>,
): Promise<void> {
  const { send_arp_for_ha: wanted, send_arp_for_ha_count: count } = context.conf;
  const [address = ''] = cidr.split('/');
  if (wanted && count > 0) await sendArpForIp(context, address, link, count);
}
