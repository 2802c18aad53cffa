import type { Intent, IntentGroup } from 'netdev-core';
import { tellOfDrops } from './drop-logging.js';
import { DEFAULT_MARK_BIT } from './mark-bit.js';
import { renderForwardPolicy } from './render-forwarding.js';
import { renderGuest } from './render-guest.js';
import { renderIntent } from './render-intent.js';
import { renderSecurityGroup } from './render-security-group.js';
import { type ChainRef, type RenderedGroup, type RenderedRule, sliceRules } from './rendered-rule.js';
import type { Ownership, RenderedPart, SetUse } from './rendering.js';

/** How groups are rendered, whatever is in them. */
export interface RenderOptions {
  /** The bit of the mark that security groups use. Left out: {@link DEFAULT_MARK_BIT}. */
  markBit?: number | undefined;
  /** Whether what is dropped goes through the chains of `drop-logging.ts`. */
  tellsOfDrops?: boolean | undefined;
}

/** What a parsed group stands for in the kernel, its rules in the order of its intents. */
export function renderGroup(
  { intents }: IntentGroup,
  owner: string,
  { markBit = DEFAULT_MARK_BIT, tellsOfDrops = false }: RenderOptions = {},
): RenderedGroup {
  const rules: RenderedRule[] = [];
  const chains: ChainRef[] = [];
  const sets: SetUse[] = [];
  for (const intent of intents) {
    const rendered = renderPart(intent, { owner, markBit });
    const part = tellsOfDrops ? tellOfDrops(rendered, owner) : rendered;
    for (const rule of part.rules) rules.push(rule);
    for (const chain of part.chains) chains.push(chain);
    for (const set of part.sets) sets.push(set);
  }
  return { slices: sliceRules(rules), chains, sets };
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
