import {
  type DoneOperation,
  type NetDevDriver,
  type NetDevOperation,
  type OperationOptions,
  PartialError,
  performOperation,
} from 'netdev-core';

const OF_WHAT_LINKS_HAVE: readonly NetDevOperation['do'][] = [
  'add-address',
  'delete-address',
  'add-route',
  'delete-route',
  'add-neighbour',
  'delete-neighbour',
  'add-forwarding-entry',
  'delete-forwarding-entry',
  'add-routing-rule',
  'delete-routing-rule',
  'add-bridge-vlan',
  'delete-bridge-vlan',
];

/**
 * Does an operation by the driver's own method and says what takes it back; `undefined` for what is put back as it
 * was when the batch began, also what the method itself could not put back.
 */
export async function performAlone(
  driver: NetDevDriver,
  operation: NetDevOperation,
  options?: OperationOptions,
): Promise<DoneOperation['undo'] | undefined> {
  if (!OF_WHAT_LINKS_HAVE.includes(operation.do)) return performOperation(driver, operation, options);
  try {
    await converge(driver, operation, options);
    return undefined;
  } catch (error) {
    throw error instanceof PartialError ? (error.cause ?? error) : error;
  }
}

async function converge(
  driver: NetDevDriver,
  operation: NetDevOperation,
  options?: OperationOptions,
): Promise<unknown> {
  switch (operation.do) {
    case 'add-address':
      return driver.ensureAddress(operation.spec, options);
    case 'delete-address':
      return driver.deleteAddress(operation.link, operation.cidr, options);
    case 'add-route':
      return driver.ensureRoute(operation.spec, options);
    case 'delete-route':
      return driver.deleteRoute(operation.spec, options);
    case 'add-neighbour':
      return driver.ensureNeighbour(operation.spec, options);
    case 'delete-neighbour':
      return driver.deleteNeighbour(operation.link, operation.address, options);
    case 'add-forwarding-entry':
      return driver.ensureForwardingEntry(operation.spec, options);
    case 'delete-forwarding-entry':
      return driver.deleteForwardingEntry(operation.spec, options);
    case 'add-routing-rule':
      return driver.ensureRoutingRule(operation.spec, options);
    case 'delete-routing-rule':
      return driver.deleteRoutingRule(operation.spec, options);
    case 'add-bridge-vlan':
      return driver.ensureBridgeVlan(operation.spec, options);
    case 'delete-bridge-vlan':
      return driver.deleteBridgeVlan(operation.spec, options);
    default:
      return undefined;
  }
}
