import {
  formerSettings,
  type LinkChanges,
  type LinkSpec,
  linkDifference,
  linkSettings,
  type NetDevError,
  type NetDevOperation,
  parseInterfaceName,
  parseLinkChanges,
  parseLinkSpec,
} from 'netdev-core';
import type { KernelRequest } from '../../kernel.js';
import { type Answer, encodeLink, encodeMessage, type LinkMessage, NLM_F, RTM } from '../../netlink/index.js';
import { type Attempt, kernelError } from '../kernel-error.js';
import { changeLinkMessages, newLinkMessage } from '../link-to-message.js';
import { tapError } from '../tap-error.js';
import type { LinkEntry, LinkTable } from './link-table.js';

/** One request of an operation. */
export interface BatchStep {
  request: KernelRequest;
  /** The name of the link that it is about. */
  link: string;
  /** The error that an answer stands for. */
  refusal(answer: Answer): NetDevError;
}

/** What takes an operation back. */
export type TakeBack = { delete: string } | { update: string; changes: LinkChanges };

/** The requests of an operation. Without any, it is done already. */
export interface PlannedOperation {
  operation: NetDevOperation;
  steps: BatchStep[];
  /** The links that the first of the steps makes. */
  makes: string[];
  /** What is told when it is done; `undefined` when it changes nothing. */
  told: NetDevOperation | undefined;
  takeBack: TakeBack | undefined;
}

/** `alone`: by the driver's own method for it, when all before it is done. `number of`: when the number of this link is known. */
export type Plan = PlannedOperation | 'alone' | { numberOf: LinkEntry };

/**
 * Finds the requests of an operation among others, by what is known of the links. What does not look as if it
 * could succeed is done alone, so that the kernel, and not a table, has the last word.
 *
 * @throws InvalidArgumentError
 */
export function planOperation(table: LinkTable, operation: NetDevOperation): Plan {
  switch (operation.do) {
    case 'create-link':
      return planCreation(table, operation, parseLinkSpec(operation.spec));
    case 'update-link':
      return planUpdate(table, operation, parseLinkChanges(operation.changes));
    default:
      return 'alone';
  }
}

function planCreation(table: LinkTable, operation: NetDevOperation, spec: LinkSpec): Plan {
  const peer = spec.kind === 'veth' ? spec.peer : undefined;
  if (peer?.namespace !== undefined) return 'alone';
  const makes = [spec.name, ...(peer === undefined ? [] : [peer.name])];
  if (makes.some((name) => table.get(name) !== undefined)) return 'alone';
  const parentName = 'parent' in spec ? spec.parent : undefined;
  const parent = parentName === undefined ? undefined : table.get(parentName);
  const master = masterOf(table, spec);
  if (master === 'absent' || (parentName !== undefined && parent === undefined)) return 'alone';
  for (const needed of [parent, master]) {
    if (needed !== undefined && needed.index === undefined) return { numberOf: needed };
  }
  const attempt = { operation: `create ${spec.kind}`, object: spec.name };
  const creation: BatchStep =
    spec.kind === 'tap' || spec.kind === 'tun'
      ? tapStep(spec, attempt)
      : requestStep(
          newLinkMessage(spec, { parentIndex: parent?.index }),
          spec.name,
          attempt,
          NLM_F.CREATE | NLM_F.EXCL,
        );
  const { name: _, namespace: __, ...peerSettings } = peer ?? {};
  table.make(spec);
  return {
    operation,
    makes,
    steps: [
      creation,
      ...changeSteps({ name: spec.name, index: undefined }, linkSettings(spec), master?.index),
      ...(peer === undefined ? [] : changeSteps({ name: peer.name, index: undefined }, peerSettings)),
    ],
    told: { do: 'create-link', spec },
    takeBack: { delete: spec.name },
  };
}

function planUpdate(
  table: LinkTable,
  operation: NetDevOperation & { do: 'update-link' },
  wanted: LinkChanges,
): Plan {
  const entry = table.get(parseInterfaceName(operation.name));
  // A link that is named by its name cannot be renamed: the kernel would look for the new one.
  if (entry === undefined || wanted.name !== undefined) return 'alone';
  const master = masterOf(table, wanted);
  if (master === 'absent') return 'alone';
  if (master !== undefined && master.index === undefined) return { numberOf: master };
  const certain = table.certain(entry);
  const changes = certain === undefined ? wanted : linkDifference(certain, wanted);
  // Also the address that a bridge has already: from then on it is its own (see links.ts).
  const pinned = entry.kind === 'bridge' && wanted.mac !== undefined ? { mac: wanted.mac } : {};
  const changed = Object.keys(changes).length > 0;
  if (changed) table.change(entry);
  return {
    operation,
    makes: [],
    steps: changeSteps(entry, { ...changes, ...pinned }, master?.index),
    told: changed ? { do: 'update-link', name: entry.name, changes } : undefined,
    takeBack:
      changed && entry.before !== undefined
        ? { update: entry.name, changes: formerSettings(entry.before, changes) }
        : undefined,
  };
}

function masterOf(table: LinkTable, { master }: LinkChanges): LinkEntry | 'absent' | undefined {
  return typeof master === 'string' ? (table.get(master) ?? 'absent') : undefined;
}

/** A link that is not known by its number is named: the kernel looks for IFLA_IFNAME where the number is 0 (rtnl_setlink). */
function changeSteps(
  { name, index }: Pick<LinkEntry, 'name' | 'index'>,
  changes: LinkChanges,
  masterIndex?: number,
): BatchStep[] {
  const references = { masterIndex: changes.master === null ? 0 : masterIndex };
  return changeLinkMessages(index ?? 0, changes, references).map((message) =>
    requestStep(index === undefined ? { ...message, name } : message, name, {
      operation: 'change link',
      object: name,
    }),
  );
}

function requestStep(message: LinkMessage, link: string, attempt: Attempt, flags = 0): BatchStep {
  const request = encodeMessage(
    { type: RTM.NEWLINK, flags: flags | NLM_F.REQUEST | NLM_F.ACK },
    encodeLink(message),
  );
  return { request, link, refusal: (answer) => kernelError(attempt, answer, request) };
}

function tapStep(spec: LinkSpec & { kind: 'tap' | 'tun' }, attempt: Attempt): BatchStep {
  const { kind, name, multiQueue = false, owner, group } = spec;
  return {
    request: { tap: { kind, name, multiQueue, owner, group } },
    link: name,
    refusal: (answer) => tapError(attempt, answer),
  };
}
