import type { Intent, IntentGroup } from 'netdev-core';
import { renderForwardPolicy } from './render-forwarding.js';
import { renderIntent } from './render-intent.js';
import type { RenderedGroup, RenderedRule } from './rendered-rule.js';

/** What a parsed group stands for in the kernel, its rules in the order of its intents. */
export function renderGroup({ intents }: IntentGroup, owner: string): RenderedGroup {
  return { rules: intents.flatMap((intent) => rulesOf(intent, owner)), chains: [] };
}

function rulesOf(intent: Intent, owner: string): RenderedRule[] {
  return intent.kind === 'forward-policy' ? renderForwardPolicy(intent, owner) : renderIntent(intent);
}
