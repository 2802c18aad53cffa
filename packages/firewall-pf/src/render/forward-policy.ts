import type { ForwardPolicyIntent } from 'netdev-core';
import type { Tags } from '../names.js';
import { filterRule } from './filter-rule.js';
import type { Part } from './slice.js';
import { families, groupAddresses } from './words.js';

/**
 * The rules of one bridge's forward policy. pf sees a packet where it comes in and where it leaves, and never both at
 * once, so it is tagged where it comes in. The rules that tag are not `quick`, so that they decide nothing about what is
 * for the host itself; a tag stays, whichever rule decides in the end.
 */
export function renderForwardPolicy(intent: ForwardPolicyIntent, tags: Tags): Part[] {
  const { bridge, policy } = intent;
  const own = policy === 'outbound' ? tags.outbound : tags.by(bridge);
  switch (policy) {
    case 'closed':
      return [
        {
          class: 'policy',
          filter: [
            ...tagging(bridge, own, tags),
            ...nothingOn(bridge, own),
            ...nothingBut(bridge, tags.translated),
          ],
        },
      ];
    case 'outbound':
      return [
        { class: 'policy', filter: [...tagging(bridge, own, tags), ...nothingBut(bridge, tags.translated)] },
        { class: 'through', filter: [...letIn(bridge, own), letOut(own)] },
      ];
    case 'open':
      return intent.interfaces === undefined
        ? [
            {
              class: 'policy',
              filter: [
                ...tagging(bridge, own, tags),
                filterRule({
                  action: 'block',
                  direction: 'out',
                  quick: true,
                  device: bridge,
                  tagged: tags.outbound,
                }),
              ],
            },
            {
              class: 'through',
              filter: [
                ...letIn(bridge, own),
                letOut(own),
                filterRule({ action: 'pass', direction: 'out', quick: true, device: bridge }),
              ],
            },
          ]
        : limited(bridge, intent.interfaces, tags);
  }
}

function limited(bridge: string, interfaces: readonly string[], tags: Tags): Part[] {
  const others = [...new Set(interfaces)].filter((device) => device !== bridge);
  const own = tags.by(bridge);
  const allowing = (device: string, by: string): string =>
    filterRule({ action: 'pass', direction: 'out', device, tag: tags.allowed, tagged: by });
  const through = [bridge, ...others].map((device) =>
    filterRule({ action: 'pass', direction: 'out', quick: true, device, tagged: tags.allowed }),
  );
  return [
    {
      class: 'limitedPolicy',
      filter: [
        ...[bridge, ...others].flatMap((device) => tagging(device, tags.by(device), tags)),
        ...[bridge, ...others].map((device) => allowing(bridge, tags.by(device))),
        allowing(bridge, tags.translated),
        ...others.map((device) => allowing(device, own)),
      ],
    },
    {
      class: 'policy',
      filter: [
        filterRule({ action: 'block', direction: 'out', quick: true, tagged: own }),
        ...nothingBut(bridge, tags.allowed),
      ],
    },
    { class: 'through', filter: [...letIn(bridge, own), ...through] },
  ];
}

/** Tags what comes in by a device to be forwarded, but for what is translated. */
function tagging(device: string, tag: string, { translated }: Tags): string[] {
  return families.map((family) =>
    filterRule({
      action: 'pass',
      direction: 'in',
      device,
      family,
      to: '! (self)',
      tag,
      notTagged: translated,
    }),
  );
}

function nothingOn(device: string, tagged: string): string[] {
  return families.map((family) =>
    filterRule({
      action: 'block',
      direction: 'in',
      quick: true,
      device,
      family,
      to: `! ${groupAddresses[family]}`,
      tagged,
    }),
  );
}

/** Nothing leaves by the device but what the host itself sends, and what has a tag. */
function nothingBut(device: string, notTagged: string): string[] {
  return families.map((family) =>
    filterRule({
      action: 'block',
      direction: 'out',
      quick: true,
      device,
      family,
      from: '! (self)',
      notTagged,
    }),
  );
}

function letIn(device: string, tagged: string): string[] {
  return families.map((family) =>
    filterRule({
      action: 'pass',
      direction: 'in',
      quick: true,
      device,
      family,
      to: `! ${groupAddresses[family]}`,
      tagged,
    }),
  );
}

function letOut(tagged: string): string {
  return filterRule({ action: 'pass', direction: 'out', quick: true, tagged });
}
