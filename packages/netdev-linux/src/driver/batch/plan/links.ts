import {
  formerSettings,
  type LinkChanges,
  type LinkSpec,
  linkDifference,
  linkSettings,
  type NetDevOperation,
  parseInterfaceName,
  parseLinkChanges,
  parseLinkSpec,
} from 'netdev-core';
import { encodeLink, encodeMessage, type LinkMessage, NLM_F, RTM } from '../../../netlink/index.js';
import { type Attempt, kernelError } from '../../kernel-error.js';
import { changeLinkMessages, newLinkMessage } from '../../link-to-message.js';
import { needVlans } from '../../require-vlans.js';
import { tapError } from '../../tap-error.js';
import type { LinkEntry, LinkTable } from '../link-table.js';
import type { BatchStep, Plan, Planning } from './plan.js';

/** Under this the kernel takes IPv6 from a link, with its addresses (RFC 8200, 5). */
const IPV6_MTU = 1280;

export function planCreation(
  { links: table }: Planning,
  operation: NetDevOperation & { do: 'create-link' },
): Plan {
  const spec = parseLinkSpec(operation.spec);
  if ((spec.kind === 'bridge' && needVlans(spec)) || spec.altNames !== undefined) return 'alone';
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
  // Those of a tunnel and of a tap were all said at its making.
  const { vxlan: ___, macvlan: ____, tap: _____, ...settings } = linkSettings(spec);
  table.make(spec);
  const made = table.get(spec.name);
  if (made !== undefined) made.joined = master;
  return {
    operation,
    makes,
    steps: [
      creation,
      ...changeSteps({ name: spec.name, index: undefined }, settings, master?.index),
      ...(peer === undefined ? [] : changeSteps({ name: peer.name, index: undefined }, peerSettings)),
    ],
    told: { do: 'create-link', spec },
    takeBack: { delete: spec.name },
    disturbs: false,
  };
}

export function planUpdate(planning: Planning, operation: NetDevOperation & { do: 'update-link' }): Plan {
  const { links: table, known } = planning;
  const wanted = parseLinkChanges(operation.changes);
  const entry = table.get(parseInterfaceName(operation.name));
  if (entry === undefined) return 'alone';
  const { name } = entry;
  if (wanted.master !== undefined && entry.index !== undefined) planning.touched.vlans.add(entry.index);
  const isRenamed = wanted.name !== undefined && wanted.name !== name;
  if (isRenamed && table.get(wanted.name ?? '') !== undefined) return 'alone';
  // A link that is named by its name cannot be renamed: the kernel would look for the new one.
  if (isRenamed && entry.index === undefined) return { numberOf: entry };
  const apart = wanted.vxlan ?? wanted.macvlan ?? wanted.tap ?? wanted.altNames ?? wanted.dropAltNames;
  if (apart !== undefined || needVlans(wanted.bridge)) return 'alone';
  const master = masterOf(table, wanted);
  if (master === 'absent') return 'alone';
  if (master !== undefined && master.index === undefined) return { numberOf: master };
  const certain = table.certain(entry);
  const { name: _, ...rest } = certain === undefined ? wanted : linkDifference(certain, wanted);
  const changes: LinkChanges = isRenamed ? { ...rest, name: wanted.name ?? name } : rest;
  // Also the address that a bridge has already: from then on it is its own (see links.ts).
  const pinned = entry.kind === 'bridge' && wanted.mac !== undefined ? { mac: wanted.mac } : {};
  const changed = Object.keys(changes).length > 0;
  if (changed) table.change(entry);
  if (changes.master !== undefined && (master === undefined || entry.joined !== master)) {
    if (entry.index !== undefined) {
      known.entries.forget(entry.index);
      known.vlans.forget(entry.index);
    }
    // It may be a port of that one already, and stay as it is.
    entry.joined = certain === undefined && entry.before !== undefined ? undefined : master;
  }
  const steps = changeSteps(entry, { ...changes, ...pinned }, master?.index);
  if (isRenamed) table.rename(entry, wanted.name ?? name);
  return {
    operation,
    makes: [],
    steps,
    told: changed ? { do: 'update-link', name, changes } : undefined,
    takeBack:
      changed && entry.before !== undefined
        ? { update: entry.name, changes: { ...formerSettings(entry.before, changes), name } }
        : undefined,
    disturbs: disturbs(planning, entry, changes),
  };
}

/** Whether the kernel makes or drops addresses, routes or neighbours when a link changes so. */
function disturbs(
  { known }: Planning,
  { before, index }: LinkEntry,
  { name, up, mtu }: LinkChanges,
): boolean {
  if (name !== undefined || up === false || (mtu ?? IPV6_MTU) < IPV6_MTU) return true;
  return up === true && (before !== undefined || (index !== undefined && known.addresses.hasAny(index)));
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
  return { request, link, accept: [], refusal: (answer) => kernelError(attempt, answer, request) };
}

function tapStep(spec: LinkSpec & { kind: 'tap' | 'tun' }, attempt: Attempt): BatchStep {
  const { kind, name, multiQueue = false, owner, group } = spec;
  return {
    request: { tap: { kind, name, multiQueue, owner, group } },
    link: name,
    accept: [],
    refusal: (answer) => tapError(attempt, answer),
  };
}
