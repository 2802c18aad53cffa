import type { LinkChanges, LinkSpec, RouteSpec } from 'netdev-core';

/** An address as `ip` takes and prints it. */
export interface AddressText {
  link: string;
  /** As written where it is no address with a prefix length. */
  cidr: string;
  peer?: string;
  broadcast?: string;
  scope: string;
  label?: string;
  flags: string[];
}

/** What is set on a virtual function of a network card. */
export interface VirtualFunctionSettings {
  mac?: string;
  vlan?: number;
  trusted?: boolean;
}

/** What one command does to the devices of a host. */
export type DeviceStep =
  | { do: 'create-link'; spec: LinkSpec }
  | { do: 'update-link'; name: string; changes: LinkChanges }
  | { do: 'delete-link'; name: string }
  | { do: 'add-address'; address: AddressText }
  | { do: 'delete-address'; address: AddressText }
  | { do: 'add-route'; route: RouteSpec }
  | { do: 'delete-route'; route: RouteSpec }
  | { do: 'set-forwarding'; enabled: boolean }
  | { do: 'set-virtual-function'; link: string; index: number; settings: VirtualFunctionSettings }
  | { do: 'read'; what: string };

/** The devices that have to be there before a step. */
export function devicesNeeded(step: DeviceStep): string[] {
  switch (step.do) {
    case 'create-link':
      return step.spec.kind === 'vlan' ? [step.spec.parent] : [];
    case 'update-link':
      return typeof step.changes.master === 'string' ? [step.changes.master, step.name] : [step.name];
    case 'delete-link':
      return [step.name];
    case 'add-address':
    case 'delete-address':
      return [step.address.link];
    case 'add-route':
    case 'delete-route':
      return step.route.link === undefined ? [] : [step.route.link];
    case 'set-virtual-function':
      return [step.link];
    default:
      return [];
  }
}

/** The devices that a step makes. */
export function devicesMade(step: DeviceStep): string[] {
  if (step.do !== 'create-link') return [];
  return step.spec.kind === 'veth' ? [step.spec.name, step.spec.peer.name] : [step.spec.name];
}

/**
 * What two steps have in common that are about the same property of the same thing, whatever the value.
 * A step changes one property.
 */
export function stepKey(step: DeviceStep): string {
  switch (step.do) {
    case 'create-link':
      return `create ${step.spec.name}`;
    case 'update-link':
      return changeKey(step.name, step.changes);
    case 'delete-link':
      return `delete ${step.name}`;
    case 'add-address':
    case 'delete-address':
      return `${step.do} ${step.address.link} ${step.address.cidr}`;
    case 'add-route':
    case 'delete-route':
      return `${step.do} ${step.route.destination}`;
    case 'set-virtual-function':
      return `${step.do} ${step.link} ${step.index}`;
    case 'set-forwarding':
      return 'set-forwarding';
    case 'read':
      return `read ${step.what}`;
  }
}

/** Taking a device up and down are two things. */
function changeKey(name: string, { bridge, ...changes }: LinkChanges): string {
  if (changes.up === false) return `down ${name}`;
  const [field = 'nothing'] = [...Object.keys(changes), ...Object.keys(bridge ?? {})];
  return `${field} ${name}`;
}
