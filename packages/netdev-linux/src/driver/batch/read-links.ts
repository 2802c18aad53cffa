import { type Link, type NetDevOperation, type OperationOptions, parseInterfaceName } from 'netdev-core';
import {
  type Answer,
  decodeLink,
  encodeLink,
  encodeMessage,
  errnoName,
  type LinkMessage,
  NLM_F,
  RTEXT_FILTER,
  RTM,
} from '../../netlink/index.js';
import { kernelError } from '../kernel-error.js';
import { linkFromMessage } from '../link-from-message.js';
import type { Session } from '../session.js';
import { takeTurns } from '../turns.js';

/** So many links are read at once: what is decoded in one go must not hold the program up. */
const LINKS_AT_ONCE = 64;

/** The links that operations name, in their order, each once. */
export function namedLinks(operations: readonly NetDevOperation[]): string[] {
  const names = new Set<unknown>();
  for (const operation of operations) collectNames(operation, names);
  return [...names].filter(isName);
}

function collectNames(operation: NetDevOperation, names: Set<unknown>): void {
  switch (operation.do) {
    case 'create-link': {
      const spec: { name?: string; master?: unknown; parent?: string; peer?: { name?: string } } | undefined =
        operation.spec;
      names.add(spec?.name).add(spec?.master).add(spec?.peer?.name).add(spec?.parent);
      break;
    }
    case 'update-link':
      names.add(operation.name).add(operation.changes?.master);
      break;
    case 'delete-link':
      names.add(operation.name);
      break;
    case 'delete-address':
    case 'delete-neighbour':
      names.add(operation.link);
      break;
    case 'add-route':
    case 'delete-route':
      names.add(operation.spec?.link);
      if (Array.isArray(operation.spec?.nextHops)) {
        for (const hop of operation.spec.nextHops) names.add((hop as { link?: unknown } | undefined)?.link);
      }
      break;
    case 'add-address':
    case 'add-neighbour':
    case 'add-forwarding-entry':
    case 'delete-forwarding-entry':
    case 'add-bridge-vlan':
    case 'delete-bridge-vlan':
      names.add(operation.spec?.link);
      break;
  }
}

/** What is no name is refused when its operation comes to be planned. */
function isName(value: unknown): value is string {
  if (typeof value !== 'string') return false;
  try {
    return parseInterfaceName(value) === value;
  } catch {
    return false;
  }
}

/** Those of the links that are there. The names of their masters are among what is told, whether asked for or not. */
export async function readLinks(
  session: Session,
  names: readonly string[],
  options?: OperationOptions,
): Promise<Link[]> {
  const messages = await askFor(
    session,
    names.map((name) => ({ name })),
    options,
  );
  const known = new Map(messages.map(({ index, name }) => [index, name]));
  const masters = new Set(messages.flatMap(({ master }) => (master && !known.has(master) ? [master] : [])));
  for (const [index, name] of await readNames(session, [...masters], options)) known.set(index, name);
  const links: Link[] = [];
  const turns = takeTurns();
  for (const message of messages) {
    links.push(linkFromMessage(message, (index) => known.get(index)));
    if (turns.isOver) await turns.next();
  }
  return links;
}

/** The numbers of links by their names, of those that are there. */
export async function readNumbers(
  session: Session,
  names: readonly string[],
  options?: OperationOptions,
): Promise<Map<string, number>> {
  const messages = await askFor(
    session,
    names.map((name) => ({ name })),
    options,
  );
  return new Map(messages.map(({ name = '', index = 0 }) => [name, index]));
}

/** The names of links by their numbers, of those that are there. */
export async function readNames(
  session: Session,
  indices: readonly number[],
  options?: OperationOptions,
): Promise<Map<number, string>> {
  const messages = await askFor(
    session,
    indices.map((index) => ({ index })),
    options,
  );
  return new Map(messages.map(({ name = '', index = 0 }) => [index, name]));
}

async function askFor(
  session: Session,
  links: readonly LinkMessage[],
  options?: OperationOptions,
): Promise<LinkMessage[]> {
  const found: LinkMessage[] = [];
  const chunks = chunksOf(links);
  const turns = takeTurns();
  let next = ask(session, chunks[0] ?? [], options);
  for (const [place, asked] of chunks.entries()) {
    const { requests, answers } = await next;
    // The kernel answers the next ones while these are decoded.
    next = ask(session, chunks[place + 1] ?? [], options);
    next.catch(() => {});
    for (const [index, answer] of answers.entries()) {
      const [link, request] = [asked[index], requests[index]];
      if (answer.messages[0] !== undefined) found.push(decodeLink(answer.messages[0].payload));
      else if (errnoName(answer.errno) !== 'ENODEV' && request !== undefined) {
        throw kernelError(
          { operation: 'read link', object: `${link?.name ?? link?.index}` },
          answer,
          request,
        );
      }
      if (turns.isOver) await turns.next();
    }
  }
  return found;
}

function chunksOf(links: readonly LinkMessage[]): LinkMessage[][] {
  const count = Math.ceil(links.length / LINKS_AT_ONCE);
  return Array.from({ length: count }, (_, chunk) =>
    links.slice(chunk * LINKS_AT_ONCE, (chunk + 1) * LINKS_AT_ONCE),
  );
}

async function ask(
  session: Session,
  links: readonly LinkMessage[],
  options?: OperationOptions,
): Promise<{ requests: Uint8Array[]; answers: Answer[] }> {
  const requests = links.map((link) =>
    encodeMessage(
      { type: RTM.GETLINK, flags: NLM_F.REQUEST | NLM_F.ACK },
      encodeLink({ ...link, extendedMask: RTEXT_FILTER.SKIP_STATS }),
    ),
  );
  return { requests, answers: requests.length === 0 ? [] : await session.kernel.exchange(requests, options) };
}
