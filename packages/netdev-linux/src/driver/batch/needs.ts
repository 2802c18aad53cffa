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
}

/** Finds what operations need of the links that are there. What is no operation is refused when it comes to be planned. */
export function needsOf(operations: readonly NetDevOperation[], links: LinkTable): Needs {
  const about = (kinds: readonly NetDevOperation['do'][]): NetDevOperation[] =>
    operations.filter((operation) => kinds.includes(operation.do));
  const addresses = about(['add-address', 'delete-address']);
  const routes = about(['add-route', 'delete-route']);
  const neighbours = about(['add-neighbour', 'delete-neighbour']);
  const entries = about(['add-forwarding-entry', 'delete-forwarding-entry']);
  const disturbing = operations.filter((operation) => mayDisturb(operation, links));
  const joining = operations.filter((operation) => mayLeave(operation, links));
  const named = namedLinks([...addresses, ...neighbours, ...entries, ...disturbing, ...joining]);
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
    rules: about(['add-routing-rule', 'delete-routing-rule']).length > 0,
  };
}

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
function mayDisturb(operation: NetDevOperation, links: LinkTable): boolean {
  if (operation.do !== 'update-link') return false;
  const { up, mtu, name } = operation.changes ?? {};
  const before = links.get(operation.name)?.before;
  if (before === undefined) return false;
  return name !== undefined || (up !== undefined && up !== before.up) || (mtu !== undefined && mtu < 1280);
}

/** Whether a port that is there may leave its bridge, which forgets what is behind it then. */
function mayLeave(operation: NetDevOperation, links: LinkTable): boolean {
  if (operation.do !== 'update-link' || operation.changes?.master === undefined) return false;
  const before = links.get(operation.name)?.before;
  return before?.master !== undefined && before.master !== operation.changes.master;
}
