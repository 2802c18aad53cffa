import type { Intent, IntentGroup } from 'netdev-core';
import { renderForwardPolicy } from './render-forwarding.js';
import { renderIntent } from './render-intent.js';
import { type RenderedGroup, type RenderedRule, sliceRules } from './rendered-rule.js';

/** What a parsed group stands for in the kernel, its rules in the order of its intents. */
export function renderGroup({ intents }: IntentGroup, owner: string): RenderedGroup {
  return { slices: sliceRules(intents.flatMap((intent) => rulesOf(intent, owner))), chains: [] };
}

function rulesOf(intent: Intent, owner: string): RenderedRule[] {
  return intent.kind === 'forward-policy' ? renderForwardPolicy(intent, owner) : renderIntent(intent);
}
