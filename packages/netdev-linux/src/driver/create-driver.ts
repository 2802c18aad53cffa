import { readdir } from 'node:fs/promises';
import {
  DeviceExistsError,
  InvalidArgumentError,
  type IpFamily,
  isNetDevError,
  type NamespaceRef,
  type NetDevDriver,
  type NetDevOptions,
  type OperationOptions,
  PlatformError,
  parseInteger,
  parseInterfaceName,
  parseIpAddress,
  parseNamespaceName,
  parseNamespaceRef,
} from 'netdev-core';
import { namespacePath } from 'netdev-exec';
import type { Kernel } from '../kernel.js';
import { NAMED_NAMESPACES } from '../native/namespace.js';
import { runJob } from '../worker/start-worker.js';
import { createWorkerKernel } from '../worker/worker-kernel.js';
import { createAddresses } from './addresses.js';
import { createBatch } from './batch/create-batch.js';
import { createBridgeVlans } from './bridge-vlans.js';
import { findCapabilities } from './capabilities.js';
import { createForwardingEntries } from './forwarding-entries.js';
import { createLinks } from './links.js';
import { moveLayer3 } from './move-layer3.js';
import { createNeighbours } from './neighbours.js';
import { createRoutes } from './routes.js';
import { createRules } from './rules.js';
import { createSession } from './session.js';
import { createVirtualFunctions } from './virtual-functions.js';
import { watchEvents } from './watch.js';

const forwardingFiles: Readonly<Record<IpFamily, string>> = {
  ipv4: 'net/ipv4/ip_forward',
  ipv6: 'net/ipv6/conf/all/forwarding',
};

/**
 * The network devices of this Linux host, or of one of its network namespaces.
 *
 * Reading needs no privilege. Changing needs CAP_NET_ADMIN in the user namespace that owns the
 * network namespace; entering or making a namespace needs CAP_SYS_ADMIN besides.
 *
 * @throws PlatformError, PermissionError when the namespace cannot be entered
 */
export async function createLinuxNetDev(options: NetDevOptions = {}): Promise<NetDevDriver> {
  const namespace = options.namespace === undefined ? undefined : parseNamespaceRef(options.namespace);
  if (process.platform !== 'linux') {
    throw new PlatformError({
      operation: 'open',
      object: 'netdev-linux',
      detail: `this is ${process.platform}`,
      hint: "resolve('netdev') picks the driver for the platform",
    });
  }
  const kernel = await createWorkerKernel(namespace === undefined ? undefined : namespacePath(namespace));
  try {
    return createDriver(kernel, await findCapabilities(kernel), namespace, options.onOperation);
  } catch (error) {
    await kernel.close();
    throw error;
  }
}

function createDriver(
  kernel: Kernel,
  capabilities: NetDevDriver['capabilities'],
  namespace: NamespaceRef | undefined,
  onOperation: NetDevOptions['onOperation'],
): NetDevDriver {
  const session = createSession(kernel);
  const done: Parameters<typeof createLinks>[1] = (operation) => onOperation?.(operation, namespace);
  const links = createLinks(session, done, capabilities, async (target, work) => {
    await using driver = await createLinuxNetDev({ namespace: target, onOperation });
    return await work(driver);
  });
  const addresses = createAddresses(session, done);
  const routes = createRoutes(session, done);

  const neighbours = createNeighbours(session, done);
  const forwardingEntries = createForwardingEntries(session, done);
  const bridgeVlans = createBridgeVlans(session, done, capabilities);
  const rules = createRules(session, done);

  const getForwarding = async (family: IpFamily, callOptions?: OperationOptions): Promise<boolean> =>
    (await kernel.readSysctl(forwardingFile(family), callOptions)).trim() !== '0';

  const driver: NetDevDriver = {
    name: 'netdev-linux',
    capabilities,
    listLinks: links.list,
    getLink: links.get,
    linkExists: links.exists,
    createLink: links.create,
    ensureLink: links.ensure,
    updateLink: links.update,
    deleteLink: links.delete,
    listAddresses: async (filter = {}, callOptions) => addresses.list(parsedFilter(filter), callOptions),
    ensureAddress: addresses.ensure,
    deleteAddress: addresses.delete,
    listRoutes: async (filter = {}, callOptions) => routes.list(parsedFilter(filter), callOptions),
    ensureRoute: routes.ensure,
    deleteRoute: routes.delete,
    ...neighbours,
    ...forwardingEntries,
    ...bridgeVlans,
    ...rules,
    moveLayer3: (from, to, callOptions) => moveLayer3(session, done, { from, to }, callOptions),
    ...createVirtualFunctions(session, done),
    getForwarding,

    async setForwarding(family, enabled, callOptions) {
      if ((await getForwarding(family, callOptions)) === enabled) return false;
      await kernel.writeSysctl(forwardingFile(family), enabled ? '1' : '0', callOptions);
      done({ do: 'set-forwarding', family, enabled });
      return true;
    },

    async announceAddress(name, address, { count = 1, intervalMs = 1000, ...callOptions } = {}) {
      const parsed = parseIpAddress(address);
      const times = parseInteger(count, 'count', 1, 100);
      const link = await links.get(name, callOptions);
      if (link.mac === undefined) {
        throw new PlatformError({
          operation: 'announce',
          object: `${parsed} on ${link.name}`,
          detail: 'the link has no hardware address',
        });
      }
      const interval = parseInteger(intervalMs, 'intervalMs', 0, 60_000);
      await kernel.announce(
        { linkIndex: link.index, mac: link.mac, address: parsed, count: times, intervalMs: interval },
        callOptions,
      );
      done({ do: 'announce-address', link: link.name, address: parsed, count: times });
    },

    watch: (callOptions) =>
      watchEvents(
        (signal) => kernel.subscribe({ signal }),
        async () => ({
          links: await links.list({}),
          addresses: await addresses.list({}),
          routes: await routes.list({ table: 'all' }),
          neighbours: await neighbours.listNeighbours({}),
          forwardingEntries: await forwardingEntries.listForwardingEntries({}),
          rules: capabilities.has('routing-rules') ? await rules.listRoutingRules({}) : [],
          bridgeVlans: capabilities.has('vlan-filtering') ? await bridgeVlans.listBridgeVlans({}) : [],
        }),
        callOptions,
      ),

    batch: (operations, callOptions) => createBatch(session, driver, done)(operations, callOptions),

    async createNamespace(name, callOptions) {
      const parsed = parseNamespaceName(name, 'name');
      const attempt = { operation: 'create namespace', object: parsed };
      kernel.assertUsable(attempt, callOptions);
      try {
        await runJob({ do: 'create-namespace', name: parsed }, attempt);
      } catch (cause) {
        if (isNetDevError(cause) && cause.errno === 'EEXIST')
          throw new DeviceExistsError({ ...attempt, detail: 'a namespace of this name exists', cause });
        throw cause;
      }
      done({ do: 'create-namespace', name: parsed });
    },

    async deleteNamespace(name, callOptions) {
      const parsed = parseNamespaceName(name, 'name');
      const deleted = await kernel.deleteNamespace(parsed, callOptions);
      if (deleted) done({ do: 'delete-namespace', name: parsed });
      return deleted;
    },

    async listNamespaces(callOptions) {
      kernel.assertUsable({ operation: 'list', object: 'namespaces' }, callOptions);
      try {
        return (await readdir(NAMED_NAMESPACES)).sort();
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
        throw error;
      }
    },

    moveLink: links.move,
    async inNamespace(target, callOptions) {
      kernel.assertUsable({ operation: 'enter', object: 'another namespace' }, callOptions);
      return createLinuxNetDev({ namespace: target, onOperation });
    },
    close: () => kernel.close(),
    [Symbol.asyncDispose]: () => kernel.close(),
  };
  return driver;
}

function forwardingFile(family: IpFamily): string {
  const file = forwardingFiles[family];
  if (file === undefined) throw new InvalidArgumentError('family', family, 'ipv4 or ipv6');
  return file;
}

function parsedFilter<Filter extends { link?: string; family?: IpFamily }>(filter: Filter): Filter {
  if (filter.family !== undefined) forwardingFile(filter.family);
  return filter.link === undefined ? filter : { ...filter, link: parseInterfaceName(filter.link, 'link') };
}
