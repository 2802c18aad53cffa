import type { NetDevDriver, OperationOptions } from 'netdev-core';

type Call = (driver: NetDevDriver, options: OperationOptions) => Promise<unknown>;

/** One call of every method, for what holds for all of them. */
export const readingCalls: Record<string, Call> = {
  listLinks: (driver, options) => driver.listLinks({}, options),
  getLink: (driver, options) => driver.getLink('cf0', options),
  linkExists: (driver, options) => driver.linkExists('cf0', options),
  listAddresses: (driver, options) => driver.listAddresses({}, options),
  listRoutes: (driver, options) => driver.listRoutes({}, options),
  getForwarding: (driver, options) => driver.getForwarding('ipv4', options),
};

/** Each would change something, with a link `cf0` there that is up and has 192.0.2.10/24. */
export const changingCalls: Record<string, Call> = {
  createLink: (driver, options) => driver.createLink({ kind: 'bridge', name: 'cf9' }, options),
  ensureLink: (driver, options) => driver.ensureLink({ kind: 'bridge', name: 'cf9' }, options),
  updateLink: (driver, options) => driver.updateLink('cf0', { mtu: 1300 }, options),
  deleteLink: (driver, options) => driver.deleteLink('cf0', options),
  ensureAddress: (driver, options) => driver.ensureAddress({ link: 'cf0', cidr: '192.0.2.20/24' }, options),
  deleteAddress: (driver, options) => driver.deleteAddress('cf0', '192.0.2.10/24', options),
  ensureRoute: (driver, options) => driver.ensureRoute({ destination: 'default', via: '192.0.2.1' }, options),
  deleteRoute: (driver, options) => driver.deleteRoute({ destination: '192.0.2.0/24' }, options),
  moveLayer3: (driver, options) => driver.moveLayer3('cf0', 'cf1', options),
  setForwarding: async (driver, options) => driver.setForwarding('ipv4', true, options),
  batch: (driver, options) =>
    driver.batch([{ do: 'update-link', name: 'cf0', changes: { mtu: 1300 } }], options),
};

export const neighbourCalls: Record<string, Call> = {
  listNeighbours: (driver, options) => driver.listNeighbours({}, options),
  ensureNeighbour: (driver, options) =>
    driver.ensureNeighbour({ link: 'cf0', address: '192.0.2.9', mac: '02:00:5e:10:00:0f' }, options),
  deleteNeighbour: (driver, options) => driver.deleteNeighbour('cf0', '192.0.2.9', options),
};

export const namespaceCalls: Record<string, Call> = {
  createNamespace: (driver, options) => driver.createNamespace('cf-never', options),
  deleteNamespace: (driver, options) => driver.deleteNamespace('cf-never', options),
  moveLink: (driver, options) => driver.moveLink('cf0', { name: 'cf-never' }, options),
  inNamespace: (driver, options) => driver.inNamespace({ name: 'cf-never' }, options),
};

const entry = { link: 'cf0', mac: '02:00:5e:10:00:0f' };

export const forwardingEntryCalls: Record<string, Call> = {
  listForwardingEntries: (driver, options) => driver.listForwardingEntries({}, options),
  ensureForwardingEntry: (driver, options) => driver.ensureForwardingEntry(entry, options),
  deleteForwardingEntry: (driver, options) => driver.deleteForwardingEntry(entry, options),
};

const vlan = { link: 'cf0', vlanId: 7 };

export const bridgeVlanCalls: Record<string, Call> = {
  listBridgeVlans: (driver, options) => driver.listBridgeVlans({}, options),
  ensureBridgeVlan: (driver, options) => driver.ensureBridgeVlan(vlan, options),
  deleteBridgeVlan: (driver, options) => driver.deleteBridgeVlan(vlan, options),
};

const rule = { from: '192.0.2.0/24', table: 7 };

export const routingRuleCalls: Record<string, Call> = {
  listRoutingRules: (driver, options) => driver.listRoutingRules({}, options),
  ensureRoutingRule: (driver, options) => driver.ensureRoutingRule(rule, options),
  deleteRoutingRule: (driver, options) => driver.deleteRoutingRule(rule, options),
};

export const virtualFunctionCalls: Record<string, Call> = {
  findVirtualFunction: (driver, options) => driver.findVirtualFunction('0000:04:10.1', options),
  listVirtualFunctions: (driver, options) => driver.listVirtualFunctions('cf0', options),
  updateVirtualFunction: (driver, options) =>
    driver.updateVirtualFunction('cf0', 0, { trust: true }, options),
};

export const announcingCalls: Record<string, Call> = {
  announceAddress: (driver, options) => driver.announceAddress('cf0', '192.0.2.10', options),
};
