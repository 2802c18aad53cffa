import {
  AbortedError,
  ClosedError,
  DeviceNotFoundError,
  InterruptedReadError,
  type Link,
  type NamespaceRef,
  type NetDevCapability,
  type NetDevOperation,
  type NetDevOptions,
  type OperationOptions,
} from 'netdev-core';
import type { Runner } from 'netdev-exec';
import { showAll } from '../commands/ifconfig.js';
import { showInterfaces } from '../commands/route.js';
import { parseInterfaces, type ShownInterface } from '../parse/ifconfig.js';
import { linksOf } from '../parse/link.js';
import { parseCounted } from '../parse/netstat.js';
import { type Attempt, toolError } from './tool-error.js';
import { unsupported } from './unsupported.js';

/** What a session is made from. */
export interface SessionParts {
  /** Runs on the host itself, where jails are made and interfaces go from one to another. */
  host: Runner;
  /** The jail that this session works in; `undefined`: the stack that the program is in. */
  jail: string | undefined;
  capabilities: ReadonlySet<NetDevCapability>;
  onOperation: NetDevOptions['onOperation'];
}

/** How often what two programs say is read again until it goes together. */
const READ_TRIES = 5;

/** What the parts of one driver share: the programs of one stack, and what became of the driver. */
export class Session {
  readonly parts: SessionParts;
  /** In this session's own stack. */
  readonly runner: Runner;
  readonly namespace: NamespaceRef | undefined;
  readonly #closing = new AbortController();
  /** What has to be read before anything changes, so that a watcher misses nothing. */
  readonly readFirst = new Set<Promise<unknown>>();

  constructor(parts: SessionParts) {
    this.parts = parts;
    this.namespace = parts.jail === undefined ? undefined : { name: parts.jail };
    this.runner = this.namespace === undefined ? parts.host : parts.host.inNamespace(this.namespace);
  }

  get closed(): AbortSignal {
    return this.#closing.signal;
  }

  close(): void {
    this.#closing.abort();
  }

  /** To be called first by every operation. @throws ClosedError, AbortedError */
  begin(operation: string, { signal }: OperationOptions = {}): void {
    if (this.closed.aborted) throw new ClosedError({ operation, object: 'devices of FreeBSD' });
    if (signal?.aborted) throw new AbortedError({ operation, cause: signal.reason });
  }

  /** @throws UnsupportedError for the first that is lacking */
  need(capabilities: readonly NetDevCapability[], operation: string, object: string): void {
    const lacking = capabilities.find((capability) => !this.parts.capabilities.has(capability));
    if (lacking !== undefined) throw unsupported(operation, object, lacking);
  }

  /** To be called after every change. */
  done(operation: NetDevOperation): void {
    this.parts.onOperation?.(operation, this.namespace);
  }

  /** Runs a program of this session's stack, and gives what it printed. */
  read(argv: readonly string[], attempt: Attempt, options?: OperationOptions): Promise<string> {
    return run(this.runner, argv, attempt, options);
  }

  /** The same for one that changes something. */
  async change(argv: readonly string[], attempt: Attempt, options?: OperationOptions): Promise<string> {
    await Promise.all(this.readFirst);
    return run(this.runner, argv, attempt, options);
  }

  /** The same on the host itself. */
  async onHost(argv: readonly string[], attempt: Attempt, options?: OperationOptions): Promise<string> {
    await Promise.all(this.readFirst);
    return run(this.parts.host, argv, attempt, options);
  }

  async showAll(operation: string, options?: OperationOptions): Promise<ShownInterface[]> {
    return parseInterfaces(await this.read(showAll(), { operation }, options));
  }

  /** All links. @throws InterruptedReadError when they change faster than they can be read */
  async links(operation: string, options?: OperationOptions): Promise<Link[]> {
    for (let attempt = 0; attempt < READ_TRIES; attempt += 1) {
      const shown = await this.showAll(operation, options);
      const links = linksOf(shown, parseCounted(await this.read(showInterfaces(), { operation }, options)));
      if (links.length === shown.length) return links;
    }
    throw new InterruptedReadError({ operation, detail: 'links came and went while they were read' });
  }

  async findLink(name: string, operation: string, options?: OperationOptions): Promise<Link | undefined> {
    return (await this.links(operation, options)).find((link) => link.name === name);
  }

  /** @throws DeviceNotFoundError */
  async requireLink(name: string, operation: string, options?: OperationOptions): Promise<Link> {
    const link = await this.findLink(name, operation, options);
    if (link === undefined) throw new DeviceNotFoundError({ operation, object: name });
    return link;
  }

  /** Its block of `ifconfig -a`. @throws DeviceNotFoundError */
  async requireShown(name: string, operation: string, options?: OperationOptions): Promise<ShownInterface> {
    const shown = (await this.showAll(operation, options)).find((one) => one.name === name);
    if (shown === undefined) throw new DeviceNotFoundError({ operation, object: name });
    return shown;
  }

  /** A session of the same kind on the host. */
  onHostItself(): Session {
    return new Session({ ...this.parts, jail: undefined });
  }

  /** A session of the same kind in a jail. */
  inJail(jail: string): Session {
    return new Session({ ...this.parts, jail });
  }
}

async function run(
  runner: Runner,
  argv: readonly string[],
  attempt: Attempt,
  options: OperationOptions = {},
): Promise<string> {
  try {
    return (await runner.run(argv, { signal: options.signal })).stdout;
  } catch (error) {
    throw toolError(error, attempt);
  }
}
