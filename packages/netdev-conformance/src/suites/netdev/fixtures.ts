import type { LinkSpec, NetDevCapability, NetDevDriver, PortSettings, Route } from 'netdev-core';

type Settings = Pick<LinkSpec, 'up' | 'mtu' | 'mac' | 'master' | 'alias' | 'altNames' | keyof PortSettings>;

/** A link of whichever kind the driver makes, for what holds for every kind. A veth pair has its other end up. */
export function plainLink({ capabilities }: NetDevDriver, name: string, settings: Settings = {}): LinkSpec {
  if (capabilities.has('veth')) {
    return { kind: 'veth', name, ...settings, peer: { name: `${name}p`, up: true } };
  }
  const kind = (['dummy', 'tap', 'bridge'] as const).find((each) =>
    capabilities.has(each as NetDevCapability),
  );
  if (kind === undefined) throw new Error('the driver makes no kind of link at all');
  return { kind, name, ...settings };
}

/** What a platform may lack, where this one has it; else nothing. */
export function where<Fields extends object>(
  { capabilities }: NetDevDriver,
  capability: NetDevCapability,
  fields: Fields,
): Fields | Record<string, never> {
  return capabilities.has(capability) ? fields : {};
}

/** Gives a driver a link that is up and has an address. */
export async function linkWithAddress(driver: NetDevDriver, name: string, cidr: string): Promise<void> {
  await driver.createLink(plainLink(driver, name, { up: true }));
  await driver.ensureAddress({ link: name, cidr });
}

/** The routes that somebody set, not those that a platform makes for each address. */
export async function setRoutes(
  driver: NetDevDriver,
  filter: Parameters<NetDevDriver['listRoutes']>[0] = {},
): Promise<Route[]> {
  const routes = await driver.listRoutes(filter);
  return routes.filter(({ protocol }) => protocol !== 'kernel' && protocol !== 'ra');
}

/**
 * All that a driver shows of its stack, for comparing before with after. Left out is what a platform
 * changes by itself: running states, link-local addresses, its own routes.
 */
export async function snapshot(driver: NetDevDriver): Promise<unknown> {
  const links = await driver.listLinks();
  const addresses = await driver.listAddresses();
  const routes = await setRoutes(driver, { table: 'all' });
  return {
    links: links.map(({ statistics: _, operState: __, flags, ...link }) => ({
      ...link,
      flags: [...flags].filter((flag) => flag !== 'running').sort(),
    })),
    addresses: addresses
      .filter(({ cidr }) => !cidr.startsWith('fe80:'))
      .map(({ tentative: _, ...rest }) => rest),
    routes: routes.map((route) => JSON.stringify(route, Object.keys(route).sort())).sort(),
    forwarding: [await driver.getForwarding('ipv4'), await driver.getForwarding('ipv6')],
    namespaces: driver.capabilities.has('namespaces') ? await driver.listNamespaces() : [],
  };
}
