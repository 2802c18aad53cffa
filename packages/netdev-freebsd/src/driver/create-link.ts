import {
  DeviceExistsError,
  DeviceNotFoundError,
  type InterfaceName,
  type Link,
  type LinkSpec,
  linkDifference,
  linkSettings,
  type OperationOptions,
  UnsupportedError,
  type VethSpec,
} from 'netdev-core';
import * as ifconfig from '../commands/ifconfig.js';
import { pairGroup } from '../pair-group.js';
import { applyChanges, refuseClonerName, refuseImpossible } from './change-link.js';
import { requireJail } from './jails.js';
import { moveToJail, stacksOnTheWay } from './move-to-jail.js';
import type { Session } from './session.js';
import { Undoing } from './undoing.js';

/** What a link of a kind is made with. */
interface Making {
  session: Session;
  operation: string;
  undoing: Undoing;
  options: OperationOptions | undefined;
}

/** Refuses a kind, or something of it, that FreeBSD has not. @throws UnsupportedError */
export function refuseKind(session: Session, spec: LinkSpec): void {
  const operation = `create ${spec.kind}`;
  refuseClonerName(spec.name, 'name');
  if (spec.kind === 'veth') refuseClonerName(spec.peer.name, 'peer.name');
  session.need([spec.kind], operation, spec.name);
  if ((spec.kind === 'tap' || spec.kind === 'tun') && spec.multiQueue === true)
    session.need(['multiqueue'], operation, spec.name);
  if (spec.kind === 'veth' && spec.peer.namespace !== undefined)
    session.need(['namespaces'], operation, spec.name);
  if (spec.kind === 'vlan' && spec.vlanProtocol === '802.1ad')
    session.need(['provider-vlans'], operation, spec.name);
  if (spec.kind === 'vlan' && spec.vlanId === 0)
    throw new UnsupportedError({
      operation,
      object: spec.name,
      detail: 'a vlan has a tag from 1 to 4094 here',
      hint: 'the priority of frames is set with vlanpcp (ifconfig(8))',
    });
}

/** Makes a link with all that its specification says, or leaves nothing behind. */
export async function makeLink(
  session: Session,
  spec: LinkSpec,
  options: OperationOptions | undefined,
): Promise<Link> {
  const operation = `create ${spec.kind}`;
  refuseKind(session, spec);
  const links = await session.links(operation, options);
  const settings = linkSettings(spec);
  const plain = { name: spec.name, kind: spec.kind, master: undefined, mac: undefined };
  refuseImpossible(session, links, plain as never, settings, operation);
  refuseTaken(links, spec.name, operation);
  if (spec.kind === 'vlan' && !links.some(({ name }) => name === spec.parent))
    throw new DeviceNotFoundError({ operation, object: spec.parent });
  const there = spec.kind === 'veth' ? await peerSession(session, spec, operation, options) : session;
  if (spec.kind === 'veth') {
    const others = there === session ? links : await there.links(operation, options);
    refuseTaken(others, spec.peer.name, operation);
  }
  const undoing = new Undoing();
  return undoing.around({ operation, object: spec.name }, async () => {
    const making = { session, operation, undoing, options };
    await makeKind(making, spec, there);
    const made = await session.requireLink(spec.name, operation, options);
    // What is not told is as in a new link: down.
    const difference = linkDifference(made, { up: false, ...settings });
    return applyChanges(session, made, difference, making);
  });
}

function refuseTaken(links: readonly Link[], name: string, operation: string): void {
  if (links.some((link) => link.name === name)) throw new DeviceExistsError({ operation, object: name });
}

/** Where the far end of a pair is to live. @throws PlatformError when there is no such jail */
async function peerSession(
  session: Session,
  { peer }: VethSpec,
  operation: string,
  options: OperationOptions | undefined,
): Promise<Session> {
  if (peer.namespace === undefined) return session;
  const jail = await requireJail(session, peer.namespace, operation, options);
  return jail === session.parts.jail ? session : session.inJail(jail);
}

async function makeKind(making: Making, spec: LinkSpec, there: Session): Promise<void> {
  switch (spec.kind) {
    case 'bridge':
    case 'tap':
      return makeClone(making, spec.kind, spec.name);
    case 'vlan':
      return makeNamed(making, ifconfig.createVlan(spec.parent, spec.vlanId), spec.name);
    case 'veth':
      return makePair(making, spec, there);
    default:
      // refuseKind has let nothing else through.
      throw new UnsupportedError({ operation: making.operation, object: spec.name });
  }
}

/** A name of the cloner's own is asked for at once; another is given afterwards. */
async function makeClone(making: Making, type: 'bridge' | 'tap', name: string): Promise<void> {
  if (!new RegExp(`^${type}(?:0|[1-9]\\d{0,4})$`).test(name))
    return makeNamed(making, ifconfig.createClone(type), name);
  const attempt = { operation: making.operation, object: name };
  await making.session.change(ifconfig.createNamed(name), attempt, making.options);
  making.undoing.add(name, () => making.session.change(ifconfig.destroy(name), attempt));
}

/** Makes a clone whose name is printed, and renames it: one command for both would not tell the name it had before. */
async function makeNamed(making: Making, argv: string[], name: string): Promise<void> {
  const { session, operation, undoing, options } = making;
  const attempt = { operation, object: name };
  let current = (await session.change(argv, attempt, options)).trim();
  undoing.add(current, () => session.change(ifconfig.destroy(current), attempt));
  if (current === name) return;
  await session.change(ifconfig.rename(current, name), attempt, options);
  current = name;
}

async function makePair(making: Making, { name, peer }: VethSpec, there: Session): Promise<void> {
  const { session, operation, undoing, options } = making;
  const attempt = { operation, object: name };
  let current = (await session.change(ifconfig.createClone('epair'), attempt, options)).trim();
  const far = current.replace(/a$/, 'b');
  const group = pairGroup(current);
  undoing.add(current, () => session.change(ifconfig.destroy(current), attempt));
  for (const end of [current, far]) await session.change(ifconfig.addGroup(end, group), attempt, options);
  const arrived = there === session ? far : await sendAway(making, far, there);
  if (arrived !== peer.name) await there.change(ifconfig.rename(arrived, peer.name), attempt, options);
  if (current !== name) await session.change(ifconfig.rename(current, name), attempt, options);
  current = name;
  const { namespace: _, name: __, ...settings } = peer;
  const end = await there.requireLink(peer.name, operation, options);
  // Nothing of the far end is taken back by itself: it goes with the near one.
  const difference = linkDifference(end, { up: false, ...settings });
  await applyChanges(there, end, difference, { operation, undoing: new Undoing(), options });
}

/** Moves the far end of a new pair to where it is to live, under a name that is free on the way. Gives that name. */
async function sendAway(making: Making, far: string, there: Session): Promise<string> {
  const { session, operation, options } = making;
  const attempt = { operation, object: far };
  const taken = new Set<string>();
  for (const stack of stacksOnTheWay(session, there))
    for (const { name } of await stack.showAll(operation, options)) taken.add(name);
  let name = far;
  for (let count = 0; taken.has(name); count += 1) name = `${far}-${count}`;
  if (name !== far) await session.change(ifconfig.rename(far, name), attempt, options);
  await moveToJail(session, there, name as InterfaceName, attempt, options);
  return name;
}
