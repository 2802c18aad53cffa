import {
  ClosedError,
  type DhcpCapability,
  type DhcpChange,
  type DhcpDriver,
  type DhcpNetwork,
  type DhcpOptions,
  type DhcpServerStatus,
  InvalidArgumentError,
  ipFamily,
  type Key,
  type OperationOptions,
  type ParsedDhcpNetwork,
  parseDhcpNetwork,
  parseIpAddress,
  parseKey,
  UnsupportedError,
} from 'netdev-core';
import { createHostFiles, createRunner, type HostFiles, type Runner } from 'netdev-exec';
import { parseDirectory, type ServerPaths, serverPaths } from './config/paths.js';
import { renderConfig } from './config/render-config.js';
import { renderHosts, renderNames } from './config/render-hosts.js';
import { renderOptions } from './config/render-options.js';
import { parseLeases } from './leases/parse-leases.js';
import type { Privileges } from './server/privileges.js';
import {
  findServer,
  type ServerEnvironment,
  startServer,
  stopServer,
  testConfig,
} from './server/server-process.js';

/** What the dnsmasq backend accepts beside the contract's options. */
export interface DnsmasqOptions extends DhcpOptions {
  runner?: Runner | undefined;
  files?: HostFiles | undefined;
  /** The program; left out: `dnsmasq`, from the PATH. */
  binary?: string | undefined;
  /** Left out: `auto`. */
  privileges?: Privileges | undefined;
}

const capabilities: ReadonlySet<DhcpCapability> = new Set(['dns', 'release']);

/**
 * DHCP and DNS servers on dnsmasq, one process a network, each in a folder of its own below
 * `directory` (left out: `/run/netdev/dhcp` for root, below `XDG_RUNTIME_DIR` for others). The
 * servers outlive the program; the next one adopts them.
 */
export async function createDnsmasq(options: DnsmasqOptions = {}): Promise<DhcpDriver> {
  const directory = parseDirectory(options.directory ?? defaultDirectory());
  const files = options.files ?? createHostFiles();
  const base = options.runner ?? createRunner();
  const environment: ServerEnvironment = {
    files,
    runner: options.namespace === undefined ? base : base.inNamespace(options.namespace),
    binary: options.binary ?? 'dnsmasq',
    privileges: options.privileges ?? 'auto',
  };
  /** The servers that this driver has seen: one that it finds running otherwise was left by another. */
  const known = new Set<Key>();
  /** One change a network at a time. */
  const queues = new Map<Key, Promise<unknown>>();
  let closed = false;

  const inTurn = <T>(key: Key, work: () => Promise<T>): Promise<T> => {
    if (closed) return Promise.reject(new ClosedError({ operation: 'use', object: 'dhcp-dnsmasq' }));
    const next = (queues.get(key) ?? Promise.resolve()).then(work, work);
    queues.set(
      key,
      next.catch(() => {}),
    );
    return next;
  };

  const ensure = async (network: ParsedDhcpNetwork, callOptions: OperationOptions): Promise<DhcpChange> => {
    const paths = serverPaths(directory, network.key);
    const config = renderConfig(network, paths);
    const data = {
      [paths.hosts]: renderHosts(network),
      [paths.options]: renderOptions(network),
      [paths.names]: renderNames(network),
    };
    const configChanged = (await files.read(paths.config)) !== config;
    const dataChanged = await differs(files, data);
    const pid = await findServer(environment, paths);
    const adopted = pid !== undefined && !known.has(network.key);

    if (configChanged) {
      await files.write(paths.candidate, config);
      try {
        await testConfig(environment, paths.candidate, network.key, callOptions);
      } finally {
        await files.remove(paths.candidate);
      }
    }
    if (dataChanged) await writeAll(files, data);
    if (configChanged) {
      await files.write(paths.config, config);
      await files.write(paths.network, describe(network));
    }
    known.add(network.key);
    if (pid === undefined) {
      await startServer(environment, paths, network.key, callOptions);
      return { change: 'started' };
    }
    if (configChanged) {
      await stopServer(environment, paths);
      await startServer(environment, paths, network.key, callOptions);
      return { change: 'restarted' };
    }
    if (dataChanged) {
      await environment.runner.signal(pid, 'SIGHUP');
      return { change: 'reloaded' };
    }
    return { change: adopted ? 'adopted' : 'none' };
  };

  const leases: DhcpDriver['leases'] = async (key) =>
    parseLeases((await files.read(serverPaths(directory, parseKey(key)).leases)) ?? '');

  const close = async (): Promise<void> => {
    closed = true;
    await Promise.all(queues.values());
  };

  return {
    name: 'dhcp-dnsmasq',
    capabilities,

    async ensure(given, callOptions = {}) {
      const network = parseForDnsmasq(given);
      return inTurn(network.key, () => ensure(network, callOptions));
    },

    async remove(key, { keepLeases = false } = {}) {
      const parsed = parseKey(key);
      return inTurn(parsed, async () => {
        const paths = serverPaths(directory, parsed);
        const ran = await stopServer(environment, paths);
        known.delete(parsed);
        if (!keepLeases) return (await files.remove(paths.folder)) || ran;
        const { config, hosts, options: optionsFile, names, pid, log, network } = paths;
        const removed = await Promise.all(
          [config, hosts, optionsFile, names, pid, log, network].map((path) => files.remove(path)),
        );
        return ran || removed.some(Boolean);
      });
    },

    async list() {
      const folders = await files.list(directory);
      const found = await Promise.all(folders.map((folder) => statusOf(environment, directory, folder)));
      return found.filter((status) => status !== undefined);
    },

    leases,

    async release(key, address, callOptions = {}) {
      const parsed = parseKey(key);
      const wanted = parseIpAddress(address);
      const paths = serverPaths(directory, parsed);
      const lease = (await leases(parsed)).find((held) => held.address === wanted);
      const status = await statusOf(environment, directory, encodeURIComponent(parsed));
      if (lease?.mac === undefined || status === undefined) return false;
      const clientId = lease.clientId === undefined ? [] : [lease.clientId];
      await environment.runner.run(
        ['dhcp_release', status.interface, wanted, lease.mac, ...clientId],
        callOptions,
      );
      return await untilReleased(files, paths, wanted);
    },

    events() {
      throw new UnsupportedError({
        operation: 'follow',
        object: 'lease events',
        detail: 'dhcp-dnsmasq of this version has no event stream',
        hint: 'read leases() instead',
      });
    },

    close,
    [Symbol.asyncDispose]: close,
  };
}

function parseForDnsmasq(given: DhcpNetwork): ParsedDhcpNetwork {
  const network = parseDhcpNetwork(given);
  if (ipFamily(network.network) === 'ipv4') return network;
  throw new UnsupportedError({
    operation: 'serve',
    object: `${network.network} by dnsmasq`,
    detail: 'dhcp-dnsmasq of this version serves IPv4',
    hint: 'guests can configure IPv6 themselves from router advertisements',
  });
}

async function differs(files: HostFiles, wanted: Readonly<Record<string, string>>): Promise<boolean> {
  const same = await Promise.all(
    Object.entries(wanted).map(async ([path, text]) => (await files.read(path)) === text),
  );
  return same.includes(false);
}

async function writeAll(files: HostFiles, wanted: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(wanted)) {
    if ((await files.read(path)) !== text) await files.write(path, text);
  }
}

function describe({ key, interface: name, serverAddress }: ParsedDhcpNetwork): string {
  return `${JSON.stringify({ key, interface: name, serverAddress })}\n`;
}

async function statusOf(
  environment: ServerEnvironment,
  directory: string,
  folder: string,
): Promise<DhcpServerStatus | undefined> {
  const key = parseKey(decodeURIComponent(folder));
  const paths = serverPaths(directory, key);
  const noted = await environment.files.read(paths.network);
  if (noted === undefined) return undefined;
  const { interface: name, serverAddress } = JSON.parse(noted) as DhcpServerStatus;
  const pid = await findServer(environment, paths);
  return {
    key,
    running: pid !== undefined,
    interface: name,
    serverAddress,
    ...(pid === undefined ? {} : { pid }),
  };
}

/** The release is a packet to the server, which writes its file when it has read it. */
async function untilReleased(files: HostFiles, paths: ServerPaths, address: string): Promise<boolean> {
  for (let tries = 0; tries < 200; tries++) {
    const held = parseLeases((await files.read(paths.leases)) ?? '');
    if (!held.some((lease) => lease.address === address)) return true;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return false;
}

function defaultDirectory(): string {
  if (process.getuid?.() === 0) return '/run/netdev/dhcp';
  const runtime = process.env.XDG_RUNTIME_DIR;
  if (runtime !== undefined && runtime !== '') return `${runtime}/netdev/dhcp`;
  throw new InvalidArgumentError(
    'directory',
    undefined,
    'given (XDG_RUNTIME_DIR is not set, and /run is for root)',
  );
}
