import type { Intent, IntentGroup } from 'netdev-core';
import { everyIntent } from './every-intent.js';
import { keyOf } from './page-keys.js';
import type { Random } from './random.js';

const ordinary = everyIntent.filter(({ kind }) => kind !== 'guest' && kind !== 'security-group');
const rulesOfGroups = everyIntent.flatMap((intent) => (intent.kind === 'security-group' ? intent.rules : []));

/** How many keys there are: few, so that most of them are in use and are put again and again. */
const KEYS = 14;

/** Keys of which every third begins pages of chains, and the others do not. */
const keys = Array.from({ length: KEYS }, (_, number) =>
  keyOf(`group/${number}`, { beginsPages: number % 3 === 0 }),
);

/** A group of any intents under one of the keys. Two groups may want the same rules. */
export function randomGroup(random: Random): IntentGroup {
  const number = random.below(KEYS);
  const intents = Array.from({ length: 1 + random.below(3) }, (): Intent => {
    const choice = random.below(10);
    return choice < 5 ? random.oneOf(ordinary) : floating(random);
  });
  const extra = random.below(3);
  if (extra === 0) intents.push(guest(random, number));
  if (extra === 1) intents.push(securityGroup(random, number));
  return { key: keys[number] ?? '', intents };
}

export function randomKey(random: Random): string {
  return random.oneOf(keys);
}

function floating(random: Random): Intent {
  const last = 1 + random.below(200);
  return {
    kind: 'floating-address',
    floating: `198.51.100.${last}`,
    fixed: `10.3.0.${1 + random.below(200)}`,
    interface: 'uplink',
  };
}

function guest(random: Random, number: number): Intent {
  return {
    kind: 'guest',
    port: `tap-${number}`,
    bridge: 'br-a',
    mac: `02:00:5e:20:00:${(16 + number).toString(16)}`,
    addresses: [`10.4.0.${1 + random.below(200)}/32`, `fd00:4::${(1 + random.below(200)).toString(16)}/128`],
    securityGroups: [`sg-${random.below(KEYS)}`, `sg-${random.below(KEYS)}`].filter(
      (name, index, names) => names.indexOf(name) === index,
    ),
  };
}

function securityGroup(random: Random, number: number): Intent {
  return {
    kind: 'security-group',
    name: `sg-${number}`,
    rules: Array.from({ length: random.below(5) }, () => random.oneOf(rulesOfGroups)),
  };
}
