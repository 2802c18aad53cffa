import {
  DeviceExistsError,
  DeviceNotFoundError,
  type InterfaceName,
  InvalidArgumentError,
  type Link,
  type LinkChanges,
  NEW_PORT,
  neededForLink,
  type OperationOptions,
  PlatformError,
  portSettings,
  UnsupportedError,
} from 'netdev-core';
import * as ifconfig from '../commands/ifconfig.js';
import { joinBridge, leaveBridge, setPort } from './ports.js';
import type { Session } from './session.js';
import type { Undoing } from './undoing.js';

/** One change, as a command, and the one that takes it back. */
interface Step {
  argv: string[];
  undo: string[] | undefined;
}

/**
 * Refuses changes that FreeBSD cannot make, or that cannot be made as things are, before anything has changed.
 *
 * @throws UnsupportedError, DeviceNotFoundError, DeviceExistsError, PlatformError
 */
export function refuseImpossible(
  session: Session,
  links: readonly Link[],
  link: Pick<Link, 'name' | 'kind' | 'master' | 'mac'>,
  changes: LinkChanges,
  operation: string,
): void {
  const { name } = link;
  const refuse = (detail: string, hint?: string): never => {
    throw new UnsupportedError({ operation, object: name, detail, hint });
  };
  if (changes.vxlan !== undefined || changes.macvlan !== undefined) refuse('it is no vxlan and no macvlan');
  session.need(neededForLink(changes), operation, name);
  if (changes.bridge !== undefined && link.kind !== 'bridge') refuse('it is no bridge');
  if (changes.bridge?.ageingTime === 0)
    refuse('an ageing time of 0 would keep addresses for ever here', 'give at least 1 second');
  if (changes.bridge?.multicastSnooping === true || changes.bridge?.multicastQuerier === true)
    refuse('multicast goes everywhere in a bridge here');
  if (changes.bridge?.groupForwardMask !== undefined)
    refuse('which group addresses go through is fixed here');
  const master = changes.master === undefined ? link.master : changes.master;
  if (Object.keys(portSettings(changes)).length > 0 && (master ?? null) === null)
    refuse('it is no port of a bridge');
  if (typeof changes.master === 'string') requireBridge(links, name, changes.master, operation);
  if (changes.mtu !== undefined && changes.master === undefined && link.master !== undefined)
    refuse(`it is a port of ${link.master}, which sets the MTU of its ports`, `set that of ${link.master}`);
  if (changes.name !== undefined) refuseClonerName(changes.name, 'name');
  if (changes.name !== undefined && links.some((other) => other.name === changes.name))
    throw new DeviceExistsError({ operation, object: changes.name });
}

/**
 * While an interface has the name of a cloner, `ifconfig bridge create` is about that interface (sbin/ifconfig/ifconfig.c looks for
 * it first), and no other can be made.
 */
export function refuseClonerName(name: string, field: string): void {
  if (['bridge', 'tap', 'epair', 'vlan'].includes(name))
    throw new InvalidArgumentError(field, name, 'a name that FreeBSD has no cloner of');
}

function requireBridge(links: readonly Link[], name: string, master: string, operation: string): void {
  const bridge = links.find((other) => other.name === master);
  if (bridge === undefined) throw new DeviceNotFoundError({ operation, object: master });
  if (bridge.kind !== 'bridge' || master === name)
    throw new PlatformError({
      operation,
      object: name,
      detail: `${master} is no bridge that it could be in`,
    });
}

/**
 * Gives a link what differs, one command each, so that what fails is known; then looks whether it is so, because ifconfig may
 * say that it was when it was not.
 */
export async function applyChanges(
  session: Session,
  before: Link,
  changes: LinkChanges,
  {
    operation,
    undoing,
    options,
  }: { operation: string; undoing: Undoing; options: OperationOptions | undefined },
): Promise<Link> {
  const { name } = before;
  const attempt = { operation, object: name };
  for (const { argv, undo } of simpleSteps(before, changes)) {
    await session.change(argv, attempt, options);
    if (undo !== undefined)
      undoing.add(`${name}: ${argv.slice(2).join(' ')}`, () => session.change(undo, attempt));
  }
  await changePort(session, before, changes, { operation, undoing, options });
  if (changes.up !== undefined) {
    await session.change(ifconfig.setUp(name, changes.up), attempt, options);
    undoing.add(`${name}: ${changes.up ? 'up' : 'down'}`, () =>
      session.change(ifconfig.setUp(name, before.up), attempt),
    );
  }
  if (changes.name !== undefined) {
    const to = changes.name;
    await session.change(ifconfig.rename(name, to), attempt, options);
    undoing.add(`the name ${to}`, () => session.change(ifconfig.rename(to, name), attempt));
  }
  const link = await session.requireLink(changes.name ?? name, operation, options);
  verify(link, changes, operation);
  return link;
}

function simpleSteps(before: Link, { mac, mtu, alias, promiscuous, bridge }: LinkChanges): Step[] {
  const { name } = before;
  const steps: Step[] = [];
  if (mac !== undefined)
    steps.push({
      argv: ifconfig.setMac(name, mac),
      undo: before.mac === undefined ? undefined : ifconfig.setMac(name, before.mac),
    });
  if (mtu !== undefined)
    steps.push({ argv: ifconfig.setMtu(name, mtu), undo: ifconfig.setMtu(name, before.mtu) });
  if (alias !== undefined)
    steps.push({
      argv: ifconfig.setDescription(name, alias),
      undo: ifconfig.setDescription(name, before.alias ?? ''),
    });
  if (promiscuous !== undefined)
    steps.push({
      argv: ifconfig.setPromiscuous(name, promiscuous),
      undo: ifconfig.setPromiscuous(name, !promiscuous),
    });
  if (bridge?.ageingTime !== undefined)
    steps.push({
      argv: ifconfig.setTimeout(name, bridge.ageingTime),
      undo: ifconfig.setTimeout(name, before.bridge?.ageingTime ?? bridge.ageingTime),
    });
  return steps;
}

async function changePort(
  session: Session,
  before: Link,
  changes: LinkChanges,
  {
    operation,
    undoing,
    options,
  }: { operation: string; undoing: Undoing; options: OperationOptions | undefined },
): Promise<void> {
  const { name, master: former, port = NEW_PORT } = before;
  const attempt = { operation, object: name };
  const wanted = portSettings(changes);
  const moves = changes.master !== undefined && (changes.master ?? undefined) !== former;
  if (moves && former !== undefined) {
    await leaveBridge(session, former, name, attempt, options);
    undoing.add(`${name} is not in ${former}`, async () => {
      await joinBridge(session, former, name, attempt);
      await setPort(session, { bridge: former, name }, NEW_PORT, port, attempt);
    });
  }
  const master = changes.master === undefined ? former : (changes.master ?? undefined);
  if (master === undefined) return;
  if (moves) {
    await joinBridge(session, master, name, attempt, options);
    undoing.add(`${name} is in ${master}`, () => leaveBridge(session, master, name, attempt));
  }
  const present = moves ? NEW_PORT : port;
  undoing.add(`how ${name} is a port`, async () => {
    if (!moves) await setPort(session, { bridge: master, name }, { ...port, ...wanted }, port, attempt);
  });
  await setPort(session, { bridge: master, name }, present, { ...present, ...wanted }, attempt, options);
}

function verify(link: Link, { mac, mtu, master }: LinkChanges, operation: string): void {
  const wanted: [string, unknown, unknown][] = [
    ['mac', mac, link.mac],
    ['mtu', mtu, link.mtu],
    ['master', master === null ? 'none' : (master as InterfaceName | undefined), link.master ?? 'none'],
  ];
  const wrong = wanted.find(([, value, present]) => value !== undefined && value !== present);
  if (wrong === undefined) return;
  throw new PlatformError({
    operation,
    object: link.name,
    detail: `its ${wrong[0]} is ${wrong[2]} after it was set to ${wrong[1]}`,
    hint: wrong[0] === 'mtu' ? 'the ports of a bridge have its MTU: set that of the bridge' : undefined,
  });
}
