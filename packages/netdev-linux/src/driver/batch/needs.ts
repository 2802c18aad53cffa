import type { NetDevOperation } from 'netdev-core';
import { RT_TABLE } from '../../netlink/index.js';
import type { LinkTable } from './link-table.js';
import { namedLinks } from './read-links.js';

/** What has to be read beside the links before a batch, to plan it and to put it back. */
export interface Needs {
  /** The numbers of the links whose addresses, neighbours and forwarding entries matter. */
  links: ReadonlySet<number>;
  addresses: boolean;
  /** The routing tables; `all` where routes can go with an address or a link. */
  routes: ReadonlySet<number> | 'all';
  neighbours: boolean;
  entries: boolean;
  /** MAC addresses whose entries matter, also at other ports: an entry goes from one to another. */
  macs: ReadonlySet<string>;
  rules: boolean;
  vlans: boolean;
}

/** Finds what operations need of the links that are there. What is no operation is refused when it comes to be planned. */
export function needsOf(operations: readonly NetDevOperation[], links: LinkTable): Needs {
  const { addresses, routes, neighbours, entries, rules, vlans, disturbing, joining } = bySubject(
    operations,
    links,
  );
  const named = namedLinks([...addresses, ...neighbours, ...entries, ...vlans, ...disturbing, ...joining]);
  const numbers = new Set(named.flatMap((name) => links.get(name)?.index ?? []));
  const mayTakeRoutes = addresses.length + disturbing.length > 0 && numbers.size > 0;
  const tables = routes.map((operation) => ('spec' in operation && tableOf(operation.spec)) || RT_TABLE.MAIN);
  return {
    links: numbers,
    addresses: addresses.length + disturbing.length > 0,
    routes: mayTakeRoutes ? 'all' : new Set(tables),
    // Those of a link go with its last IPv4 address, too (fib_disable_ip).
    neighbours: neighbours.length + addresses.length + disturbing.length > 0,
    entries: entries.length + joining.length > 0,
    macs: new Set(entries.flatMap((operation) => macOf(operation) ?? [])),
    rules: rules.length > 0,
    // A port leaves those of its bridge.
    vlans: vlans.length + joining.length > 0,
  };
}

/** What else than links a batch of thousands of operations is about: each is looked at once. */
function bySubject(operations: readonly NetDevOperation[], links: LinkTable) {
  const list = (): NetDevOperation[] => [];
  const subjects = {
    ...{ addresses: list(), routes: list(), neighbours: list(), entries: list(), rules: list() },
    ...{ vlans: list(), disturbing: list(), joining: list() },
  };
  for (const operation of operations) {
    switch (operation.do) {
      case 'update-link':
        if (mayDisturb(operation, links)) subjects.disturbing.push(operation);
        if (mayLeave(operation, links)) subjects.joining.push(operation);
        break;
      case 'add-address':
      case 'delete-address':
        subjects.addresses.push(operation);
        break;
      case 'add-route':
      case 'delete-route':
        subjects.routes.push(operation);
        break;
      case 'add-neighbour':
      case 'delete-neighbour':
        subjects.neighbours.push(operation);
        break;
      case 'add-forwarding-entry':
      case 'delete-forwarding-entry':
        subjects.entries.push(operation);
        break;
      case 'add-bridge-vlan':
      case 'delete-bridge-vlan':
        subjects.vlans.push(operation);
        break;
      case 'add-routing-rule':
      case 'delete-routing-rule':
        subjects.rules.push(operation);
        break;
    }
  }
  return subjects;
}

type LinkUpdate = Extract<NetDevOperation, { do: 'update-link' }>;

function macOf(operation: NetDevOperation): string | undefined {
  const mac =
    'spec' in operation && 'mac' in Object(operation.spec)
      ? (operation.spec as { mac?: unknown }).mac
      : undefined;
  return typeof mac === 'string' ? mac.toLowerCase() : undefined;
}

function tableOf(spec: object | undefined): number | undefined {
  const table = spec !== undefined && 'table' in spec ? spec.table : undefined;
  return typeof table === 'number' ? table : undefined;
}

/** Whether the kernel may drop addresses, routes or neighbours of a link that is there. */
function mayDisturb(operation: LinkUpdate, links: LinkTable): boolean {
  const { up, mtu, name } = operation.changes ?? {};
  const before = links.get(operation.name)?.before;
  if (before === undefined) return false;
  return name !== undefined || (up !== undefined && up !== before.up) || (mtu !== undefined && mtu < 1280);
}

/** Whether a port that is there may leave its bridge, which forgets what is behind it then. */
function mayLeave(operation: LinkUpdate, links: LinkTable): boolean {
  if (operation.changes?.master === undefined) return false;
  const before = links.get(operation.name)?.before;
  return before?.master !== undefined && before.master !== operation.changes.master;
}
