import type { IntentGroup } from 'netdev-core';
import { type AnchorText, labelled } from './anchor-text.js';
import { childName, labelOf, rootAnchor, securityGroupAnchor } from './names.js';
import { type RenderContext, renderGroup } from './render/render-group.js';
import { classes, type Slice } from './render/slice.js';

/** The anchors of one group by their paths. */
export function anchorsOf(
  group: IntentGroup,
  place: number,
  context: RenderContext,
): Map<string, AnchorText> {
  const { owner } = context;
  const label = labelOf(owner, group.key);
  return new Map(
    renderGroup(group, context).map((slice) => [
      `${rootAnchor(owner)}/${nameOf(slice, place, group.key)}`,
      labelled(slice, owner, label),
    ]),
  );
}

function nameOf({ of }: Slice, place: number, key: string): string {
  return 'class' in of
    ? childName(classes[of.class], place, key)
    : securityGroupAnchor(of.securityGroup, of.direction, key);
}

/** Whether a group has rules about who is in some security group. */
export function namesMembers({ intents }: IntentGroup): boolean {
  return intents.some(
    (intent) =>
      intent.kind === 'security-group' && intent.rules.some(({ remote }) => typeof remote === 'object'),
  );
}
