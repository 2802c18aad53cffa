import type { NetDevOperation } from 'netdev-core';
import { planAddressAddition, planAddressRemoval } from './addresses.js';
import { planVlanAddition, planVlanRemoval } from './bridge-vlans.js';
import { planEntryAddition, planEntryRemoval } from './forwarding-entries.js';
import { planCreation, planUpdate } from './links.js';
import { planNeighbourAddition, planNeighbourRemoval } from './neighbours.js';
import type { Plan, Planning } from './plan.js';
import { planRouteAddition, planRouteRemoval } from './routes.js';
import { planRuleAddition, planRuleRemoval } from './rules.js';

type Planners = {
  [Do in NetDevOperation['do']]?: (planning: Planning, operation: NetDevOperation & { do: Do }) => Plan;
};

/** Operations that are not here are done alone. */
const planners: Planners = {
  'create-link': planCreation,
  'update-link': planUpdate,
  'add-address': planAddressAddition,
  'delete-address': planAddressRemoval,
  'add-route': planRouteAddition,
  'delete-route': planRouteRemoval,
  'add-neighbour': planNeighbourAddition,
  'delete-neighbour': planNeighbourRemoval,
  'add-forwarding-entry': planEntryAddition,
  'delete-forwarding-entry': planEntryRemoval,
  'add-bridge-vlan': planVlanAddition,
  'delete-bridge-vlan': planVlanRemoval,
  'add-routing-rule': planRuleAddition,
  'delete-routing-rule': planRuleRemoval,
};

/**
 * Finds the requests of an operation among others, by what is known of the host. What does not look as if it
 * could succeed is done alone, so that the kernel, and not a table, has the last word.
 *
 * @throws InvalidArgumentError
 */
export function planOperation(planning: Planning, operation: NetDevOperation): Plan {
  const plan = planners[operation.do] as
    | ((planning: Planning, operation: NetDevOperation) => Plan)
    | undefined;
  return plan === undefined ? 'alone' : plan(planning, operation);
}
