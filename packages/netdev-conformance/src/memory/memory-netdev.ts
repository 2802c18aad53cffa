import {
  AbortedError,
  type Address,
  ClosedError,
  DeviceExistsError,
  type Ensured,
  InvalidArgumentError,
  type IpFamily,
  ipFamily,
  type Link,
  type LinkChanges,
  linkClash,
  linkDifference,
  linkSettings,
  moveLayer3,
  type NamespaceRef,
  type NetDevCapability,
  type NetDevDriver,
  type NetDevEvent,
  type NetDevOperation,
  type NetDevOptions,
  type OperationOptions,
  type ParsedAddressSpec,
  type ParsedRouteSpec,
  PlatformError,
  parseAddressSpec,
  parseInteger,
  parseInterfaceName,
  parseIpAddress,
  parseLinkChanges,
  parseLinkSpec,
  parseNamespaceName,
  parseNamespaceRef,
  parseRouteSpec,
  type Route,
  runBatch,
} from 'netdev-core';
import { MAIN_TABLE } from './connected-routes.js';
import { addAddress, addRoute, addressOf, dropAddress, dropRoute, routeOf } from './layer3-operations.js';
import { addLink, changeLink, dropLink, relocateLink, requireLink } from './link-operations.js';
import { createNetworkStack, findByName, type NetworkStack } from './network-stack.js';
import { showLink } from './show-link.js';

const capabilities: ReadonlySet<NetDevCapability> = new Set([
  'bridge',
  'tap',
  'veth',
  'vlan',
  'dummy',
  'multiqueue',
  'namespaces',
  'watch',
  'announce',
  'metrics',
]);

/** The stacks of a host: its own, and those with a name. */
export interface MemoryStacks {
  readonly own: NetworkStack;
  readonly named: Map<string, NetworkStack>;
}

/** A device driver for one stack of a host in memory. It behaves as the contract says, and nothing is real. */
export function createMemoryNetDev(stacks: MemoryStacks, options: NetDevOptions = {}): NetDevDriver {
  const namespace = options.namespace === undefined ? undefined : parseNamespaceRef(options.namespace);
  const stack = namespace === undefined ? stacks.own : stackOf(stacks, namespace, 'open');
  let closed = false;

  const done = (operation: NetDevOperation): void => options.onOperation?.(operation, namespace);
  const begin = (operation: string, callOptions?: OperationOptions): void => {
    if (closed) throw new ClosedError({ operation, object: 'the memory host' });
    if (callOptions?.signal?.aborted) throw new AbortedError({ operation, cause: callOptions.signal.reason });
  };

  const listAddresses = (link?: string, family?: IpFamily): Address[] => {
    if (link !== undefined) requireLink(stack, parseInterfaceName(link, 'link'), 'list addresses of');
    return stack.addresses
      .filter(
        (address) =>
          (link === undefined || address.link === link) &&
          (family === undefined || ipFamily(address.cidr) === family),
      )
      .map((address) => ({ ...address }));
  };

  const findAddress = ({ link, cidr }: ParsedAddressSpec): Address | undefined =>
    stack.addresses.find((address) => address.link === link && address.cidr === cidr);

  const update = (name: string, changes: LinkChanges): Ensured<Link> => {
    const link = requireLink(stack, name, 'change link');
    const difference = linkDifference(showLink(stack, link), changes);
    if (Object.keys(difference).length === 0) return { changed: false, value: showLink(stack, link) };
    changeLink(stack, link, difference);
    done({ do: 'update-link', name, changes: difference });
    return { changed: true, value: showLink(stack, link) };
  };

  const driver: NetDevDriver = {
    name: 'netdev-memory',
    capabilities,

    async listLinks(filter = {}, callOptions) {
      begin('list links', callOptions);
      return [...stack.links.values()]
        .map((link) => showLink(stack, link))
        .filter((link) => filter.kind === undefined || link.kind === filter.kind)
        .filter((link) => filter.master === undefined || link.master === filter.master);
    },

    async getLink(name, callOptions) {
      begin('read link', callOptions);
      return showLink(stack, requireLink(stack, parseInterfaceName(name), 'read link'));
    },

    async linkExists(name, callOptions) {
      begin('read link', callOptions);
      return findByName(stack, parseInterfaceName(name)) !== undefined;
    },

    async createLink(given, callOptions) {
      begin('create link', callOptions);
      const spec = parseLinkSpec(given);
      const peer =
        spec.kind === 'veth' && spec.peer.namespace !== undefined
          ? stackOf(stacks, spec.peer.namespace, 'create veth')
          : stack;
      const link = addLink(stack, spec, peer);
      done({ do: 'create-link', spec });
      return showLink(stack, link);
    },

    async ensureLink(given, callOptions) {
      begin('ensure link', callOptions);
      const spec = parseLinkSpec(given);
      const present = findByName(stack, spec.name);
      if (present === undefined) return { changed: true, value: await driver.createLink(spec, callOptions) };
      const clash = linkClash(showLink(stack, present), spec);
      if (clash !== undefined)
        throw new DeviceExistsError({ operation: `ensure ${spec.kind}`, object: spec.name, detail: clash });
      const ensured = update(spec.name, linkSettings(spec));
      if (spec.kind !== 'veth') return ensured;
      const { name, namespace: where, ...settings } = spec.peer;
      const peerDriver =
        where === undefined ? driver : createMemoryNetDev(stacks, { ...options, namespace: where });
      const peer = await peerDriver.updateLink(name, settings, callOptions);
      return { changed: ensured.changed || peer.changed, value: showLink(stack, present) };
    },

    async updateLink(name, changes, callOptions) {
      begin('change link', callOptions);
      return update(parseInterfaceName(name), parseLinkChanges(changes));
    },

    async deleteLink(name, callOptions) {
      begin('delete link', callOptions);
      const parsed = parseInterfaceName(name);
      const link = findByName(stack, parsed);
      if (link === undefined) return false;
      dropLink(stack, link);
      done({ do: 'delete-link', name: parsed });
      return true;
    },

    async listAddresses(filter = {}, callOptions) {
      begin('list addresses', callOptions);
      return listAddresses(filter.link, filter.family);
    },

    async ensureAddress(given, callOptions) {
      begin('add address', callOptions);
      const spec = parseAddressSpec(given);
      requireLink(stack, spec.link, 'add address to');
      const wanted = addressOf(spec);
      const present = findAddress(spec);
      if (present !== undefined && sameAddress(present, wanted, spec))
        return { changed: false, value: { ...present } };
      if (present !== undefined) dropAddress(stack, present);
      const added = addAddress(stack, wanted);
      done({ do: 'add-address', spec });
      return { changed: true, value: { ...added } };
    },

    async deleteAddress(link, cidr, callOptions) {
      begin('delete address', callOptions);
      const spec = parseAddressSpec({ link, cidr });
      requireLink(stack, spec.link, 'delete address of');
      const present = findAddress(spec);
      if (present === undefined) return false;
      dropAddress(stack, present);
      done({ do: 'delete-address', link: spec.link, cidr: spec.cidr });
      return true;
    },

    async listRoutes(filter = {}, callOptions) {
      begin('list routes', callOptions);
      if (filter.link !== undefined)
        requireLink(stack, parseInterfaceName(filter.link, 'link'), 'list routes of');
      const table = filter.table ?? MAIN_TABLE;
      return stack.routes
        .filter((route) => table === 'all' || route.table === table)
        .filter((route) => filter.link === undefined || route.link === filter.link)
        .filter((route) => filter.family === undefined || ipFamily(route.destination) === filter.family)
        .map((route) => ({ ...route }));
    },

    async ensureRoute(given, callOptions) {
      begin('add route', callOptions);
      const spec = parseRouteSpec(given);
      if (spec.link !== undefined) requireLink(stack, spec.link, 'add route by');
      const wanted = routeOf(stack, spec);
      const present = stack.routes.find(
        (route) =>
          route.destination === wanted.destination &&
          route.table === wanted.table &&
          route.metric === wanted.metric,
      );
      if (
        present !== undefined &&
        JSON.stringify({ ...present }) === JSON.stringify({ ...wanted, ...keptOf(present, spec) })
      ) {
        return { changed: false, value: { ...present } };
      }
      addRoute(stack, wanted);
      done({ do: 'add-route', spec });
      return { changed: true, value: { ...wanted } };
    },

    async deleteRoute(given, callOptions) {
      begin('delete route', callOptions);
      const spec = parseRouteSpec(given);
      const present = stack.routes.find((route) => matches(route, spec));
      if (present === undefined) return false;
      dropRoute(stack, present);
      done({ do: 'delete-route', spec });
      return true;
    },

    async listNeighbours(_filter, callOptions) {
      begin('list neighbours', callOptions);
      return [];
    },

    async moveLayer3(from, to, callOptions) {
      begin('move layer 3', callOptions);
      return moveLayer3(driver, from, to, callOptions);
    },

    async getForwarding(family, callOptions) {
      begin('read forwarding', callOptions);
      return stack.forwarding[parseFamily(family)];
    },

    async setForwarding(family, enabled, callOptions) {
      begin('set forwarding', callOptions);
      if (stack.forwarding[parseFamily(family)] === enabled) return false;
      stack.forwarding[family] = enabled;
      done({ do: 'set-forwarding', family, enabled });
      return true;
    },

    async announceAddress(link, address, { count = 1, intervalMs = 1000, ...callOptions } = {}) {
      begin('announce', callOptions);
      const parsed = parseIpAddress(address);
      parseInteger(count, 'count', 1, 100);
      parseInteger(intervalMs, 'intervalMs', 0, 60_000);
      const { name } = requireLink(stack, parseInterfaceName(link, 'link'), 'announce on');
      done({ do: 'announce-address', link: name, address: parsed, count });
    },

    watch: (callOptions) => watch(stack, callOptions),
    batch: async (operations, callOptions) => {
      begin('do a batch', callOptions);
      await runBatch(driver, operations, callOptions);
    },

    async createNamespace(name, callOptions) {
      begin('create namespace', callOptions);
      const parsed = parseNamespaceName(name, 'name');
      if (stacks.named.has(parsed)) {
        throw new DeviceExistsError({
          operation: 'create namespace',
          object: parsed,
          detail: 'a namespace of this name exists',
        });
      }
      stacks.named.set(parsed, createNetworkStack(parsed));
      done({ do: 'create-namespace', name: parsed });
    },

    async deleteNamespace(name, callOptions) {
      begin('delete namespace', callOptions);
      const parsed = parseNamespaceName(name, 'name');
      const gone = stacks.named.get(parsed);
      if (gone === undefined) return false;
      for (const link of [...gone.links.values()])
        if (link.index !== 1 && gone.links.has(link.index)) dropLink(gone, link);
      stacks.named.delete(parsed);
      done({ do: 'delete-namespace', name: parsed });
      return true;
    },

    async listNamespaces(callOptions) {
      begin('list namespaces', callOptions);
      return [...stacks.named.keys()].sort();
    },

    async moveLink(name, target, callOptions) {
      begin('move link', callOptions);
      const parsed = parseInterfaceName(name);
      const link = requireLink(stack, parsed, 'move link');
      const namespaceRef = parseNamespaceRef(target);
      relocateLink(stack, link, stackOf(stacks, namespaceRef, 'move link to'));
      done({ do: 'move-link', name: parsed, namespace: namespaceRef });
    },

    async inNamespace(target, callOptions) {
      begin('open namespace', callOptions);
      return createMemoryNetDev(stacks, { ...options, namespace: target });
    },

    async close() {
      closed = true;
    },
    [Symbol.asyncDispose]: async () => {
      closed = true;
    },
  };
  return driver;
}

function stackOf(stacks: MemoryStacks, ref: NamespaceRef, operation: string): NetworkStack {
  const name =
    'name' in ref ? ref.name : 'path' in ref ? /^\/run\/netns\/([^/]+)$/.exec(ref.path)?.[1] : undefined;
  const stack = name === undefined ? undefined : stacks.named.get(name);
  if (stack !== undefined) return stack;
  throw new PlatformError({
    operation: `${operation} namespace`,
    object: JSON.stringify(ref),
    detail: 'there is no such namespace',
    hint: 'create the namespace first',
  });
}

function sameAddress(present: Address, wanted: Address, spec: ParsedAddressSpec): boolean {
  return (
    present.broadcast === wanted.broadcast &&
    (spec.scope === undefined || present.scope === spec.scope) &&
    (spec.label === undefined || present.label === spec.label) &&
    spec.validLifetime === undefined &&
    present.validLifetime === undefined
  );
}

/** What a specification leaves open is kept as it is. */
function keptOf(present: Route, spec: ParsedRouteSpec): Partial<Route> {
  const open = (['source', 'scope', 'protocol', 'link'] as const).filter(
    (field) => spec[field] === undefined,
  );
  return Object.fromEntries(
    open.filter((field) => present[field] !== undefined).map((field) => [field, present[field]]),
  );
}

function matches(route: Route, { table = MAIN_TABLE, ...given }: ParsedRouteSpec): boolean {
  return (
    route.table === table &&
    Object.entries(given).every(
      ([field, value]) => value === undefined || route[field as keyof Route] === value,
    )
  );
}

function parseFamily(family: unknown): IpFamily {
  if (family === 'ipv4' || family === 'ipv6') return family;
  throw new InvalidArgumentError('family', family, 'ipv4 or ipv6');
}

async function* watch(stack: NetworkStack, { signal }: OperationOptions = {}): AsyncGenerator<NetDevEvent> {
  const waiting: NetDevEvent[] = [];
  let wake = (): void => {};
  const listen = (event: NetDevEvent): void => {
    waiting.push(event);
    wake();
  };
  const stop = (): void => wake();
  stack.listeners.add(listen);
  signal?.addEventListener('abort', stop);
  try {
    while (signal?.aborted !== true) {
      yield* waiting.splice(0);
      if (waiting.length > 0) continue;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  } finally {
    stack.listeners.delete(listen);
    signal?.removeEventListener('abort', stop);
  }
}
