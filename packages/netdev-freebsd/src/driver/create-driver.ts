import {
  InvalidArgumentError,
  type IpFamily,
  moveLayer3,
  type NetDevCapability,
  type NetDevDriver,
  type NetDevOptions,
  PlatformError,
  parseNamespaceRef,
  runBatch,
} from 'netdev-core';
import { createRunner, type Runner } from 'netdev-exec';
import { readForwarding, readVimage, writeForwarding } from '../commands/host.js';
import { createAddresses } from './addresses.js';
import { requireJail } from './jails.js';
import { createLacking } from './lacking.js';
import { createLinks } from './links.js';
import { createNamespaces } from './namespaces.js';
import { createNeighbours } from './neighbours.js';
import { createRoutes } from './routes.js';
import { Session } from './session.js';
import { toolError } from './tool-error.js';
import { watchStack } from './watch.js';

/** What the driver is made with. */
export interface FreeBsdNetDevOptions extends NetDevOptions {
  /** Runs the programs of a FreeBSD host. Left out: this host's, and then it has to be one. */
  runner?: Runner | undefined;
}

const always: readonly NetDevCapability[] = [
  ...(['bridge', 'tap', 'veth', 'vlan', 'watch', 'announce', 'neighbours'] as const),
];

/**
 * The network devices of a FreeBSD host (13 and 14), or of one of its vnet jails, through ifconfig(8), route(8), netstat(1),
 * arp(8), ndp(8), sysctl(8) and jail(8). It needs root.
 *
 * The modules of the devices have to be loaded on the host before the first is made in a jail:
 * `kldload if_bridge if_tuntap if_epair if_vlan`.
 *
 * @throws PlatformError on another platform, and for a jail that is not there
 */
export async function createFreeBsdNetDev(options: FreeBsdNetDevOptions = {}): Promise<NetDevDriver> {
  const { namespace, onOperation, runner } = options;
  const ref = namespace === undefined ? undefined : parseNamespaceRef(namespace);
  if (runner === undefined && process.platform !== 'freebsd') {
    throw new PlatformError({
      operation: 'open',
      object: 'netdev-freebsd',
      detail: `this is ${process.platform}`,
      hint: "resolve('netdev') picks the driver for the platform",
    });
  }
  const host = runner ?? createRunner();
  const capabilities = await findCapabilities(host);
  const onHost = new Session({ host, jail: undefined, capabilities, onOperation });
  if (ref === undefined) return createDriver(onHost);
  onHost.need(['namespaces'], 'open', 'netdev-freebsd');
  return createDriver(onHost.inJail(await requireJail(onHost, ref, 'open namespace')));
}

async function findCapabilities(host: Runner): Promise<ReadonlySet<NetDevCapability>> {
  try {
    const { stdout } = await host.run(readVimage());
    return new Set<NetDevCapability>(stdout.trim() === '1' ? [...always, 'namespaces'] : always);
  } catch (error) {
    throw toolError(error, { operation: 'open', object: 'netdev-freebsd' });
  }
}

function createDriver(session: Session): NetDevDriver {
  const close = async (): Promise<void> => session.close();
  const driver: NetDevDriver = {
    name: 'netdev-freebsd',
    capabilities: session.parts.capabilities,
    ...createLinks(session),
    ...createAddresses(session),
    ...createRoutes(session),
    ...createNeighbours(session),
    ...createNamespaces(session, createDriver),
    ...createLacking(session),

    async moveLayer3(from, to, options) {
      session.begin('move layer 3', options);
      return moveLayer3(driver, from, to, options);
    },

    async getForwarding(family, options) {
      session.begin('read forwarding', options);
      return isForwarding(session, parseFamily(family), 'read forwarding');
    },

    async setForwarding(family, enabled, options) {
      const operation = 'set forwarding';
      session.begin(operation, options);
      if ((await isForwarding(session, parseFamily(family), operation)) === enabled) return false;
      await session.change(writeForwarding(family, { on: enabled }), { operation, object: family }, options);
      session.done({ do: 'set-forwarding', family, enabled });
      return true;
    },

    watch: (options) => watchStack(session, options),

    async batch(operations, options) {
      session.begin('do a batch', options);
      await runBatch(driver, operations, options);
    },

    close,
    [Symbol.asyncDispose]: close,
  };
  return driver;
}

async function isForwarding(session: Session, family: IpFamily, operation: string): Promise<boolean> {
  return (await session.read(readForwarding(family), { operation, object: family })).trim() !== '0';
}

function parseFamily(family: unknown): IpFamily {
  if (family === 'ipv4' || family === 'ipv6') return family;
  throw new InvalidArgumentError('family', family, 'ipv4 or ipv6');
}
