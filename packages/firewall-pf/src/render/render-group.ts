import type { Intent, IntentGroup, SecurityGroupIntent } from 'netdev-core';
import { tagsOf } from '../names.js';
import { renderAcceptInput } from './accept-input.js';
import { renderForwardPolicy } from './forward-policy.js';
import { renderDhcpGuard, renderIsolateAddress } from './frames.js';
import { renderGuest } from './guest.js';
import { type MembersOf, renderSecurityGroup, rulesByName } from './security-group.js';
import { classes, type Part, type Slice, type SliceClass } from './slice.js';
import {
  renderFloating,
  renderNoNat,
  renderPortForward,
  renderRedirect,
  renderSourceNat,
} from './translation.js';

/** What a group is rendered with, beside what it says. */
export interface RenderContext {
  owner: string;
  membersOf: MembersOf;
}

/**
 * The anchors of a parsed group: one for each class of rules that it has, and one for each direction of each security
 * group that it has rules of.
 */
export function renderGroup({ intents }: IntentGroup, { owner, membersOf }: RenderContext): Slice[] {
  const parts = intents.flatMap((intent) => partsOf(intent, owner));
  const securityGroups = intents.filter(
    (intent): intent is SecurityGroupIntent => intent.kind === 'security-group',
  );
  return [
    ...(Object.keys(classes) as SliceClass[]).flatMap((each) => {
      const own = parts.filter((part) => part.class === each);
      return own.length === 0 ? [] : [sliceOf(each, own)];
    }),
    ...[...rulesByName(securityGroups)].flatMap(([name, rules]) =>
      (['in', 'out'] as const).flatMap((direction) => renderSecurityGroup(name, direction, rules, membersOf)),
    ),
  ];
}

function sliceOf(name: SliceClass, parts: readonly Part[]): Slice {
  return {
    of: { class: name },
    ether: parts.flatMap(({ ether = [] }) => ether),
    translation: parts.flatMap(({ translation = [] }) => translation),
    filter: parts.flatMap(({ filter = [] }) => filter),
    tables: new Map(parts.flatMap(({ tables = [] }) => tables)),
  };
}

function partsOf(intent: Intent, owner: string): Part[] {
  const tags = tagsOf(owner);
  switch (intent.kind) {
    case 'accept-input':
      return [renderAcceptInput(intent)];
    case 'forward-policy':
      return renderForwardPolicy(intent, tags);
    case 'source-nat':
      return [renderSourceNat(intent)];
    case 'no-nat':
      return [renderNoNat(intent)];
    case 'port-forward':
      return renderPortForward(intent, tags);
    case 'redirect':
      return [renderRedirect(intent, tags)];
    case 'floating-address':
      return renderFloating(intent, tags);
    case 'isolate-address':
      return [renderIsolateAddress(intent)];
    case 'dhcp-guard':
      return [renderDhcpGuard(intent)];
    case 'guest':
      return [renderGuest(intent, owner, tags)];
    case 'security-group':
      return [];
  }
}
