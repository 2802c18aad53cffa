import type { Intent, IntentGroup } from 'netdev-core';
import { DEFAULT_MARK_BIT } from './mark-bit.js';
import { renderForwardPolicy } from './render-forwarding.js';
import { renderGuest } from './render-guest.js';
import { renderIntent } from './render-intent.js';
import { renderSecurityGroup } from './render-security-group.js';
import { type RenderedGroup, sliceRules } from './rendered-rule.js';
import type { Ownership, RenderedPart } from './rendering.js';

/** What a parsed group stands for in the kernel, its rules in the order of its intents. */
export function renderGroup(
  { intents }: IntentGroup,
  owner: string,
  markBit: number = DEFAULT_MARK_BIT,
): RenderedGroup {
  const parts = intents.map((intent) => renderPart(intent, { owner, markBit }));
  return {
    slices: sliceRules(parts.flatMap(({ rules }) => rules)),
    chains: parts.flatMap(({ chains }) => chains),
    sets: parts.flatMap(({ sets }) => sets),
  };
}

function renderPart(intent: Intent, by: Ownership): RenderedPart {
  switch (intent.kind) {
    case 'guest':
      return renderGuest(intent, by);
    case 'security-group':
      return renderSecurityGroup(intent, by);
    case 'forward-policy':
      return { rules: renderForwardPolicy(intent, by.owner), chains: [], sets: [] };
    default:
      return { rules: renderIntent(intent), chains: [], sets: [] };
  }
}
