import assert from 'node:assert/strict';
import type { Intent, IntentGroup, IntentKind } from 'netdev-core';
import { refusal, rejection } from '../expect.js';
import { hostileAddresses, hostileNames } from '../hostile.js';
import type { FirewallContext, FirewallDemand } from './context.js';
import { expectRules, natGroup } from './fixtures.js';

/** A good intent of each kind, and the fields of it that take a name or an address. */
export const examples: { [Kind in IntentKind]: Extract<Intent, { kind: Kind }> } = {
  'accept-input': {
    kind: 'accept-input',
    interface: 'br-a',
    source: '10.1.0.0/24',
    destination: '10.1.0.1/32',
    protocol: 'tcp',
    ports: [80, 81],
  },
  'forward-policy': { kind: 'forward-policy', bridge: 'br-a', policy: 'outbound' },
  'source-nat': { kind: 'source-nat', source: '10.1.0.0/24', interface: 'uplink', to: '203.0.113.2' },
  'no-nat': { kind: 'no-nat', source: '10.1.0.0/24', destination: '10.2.0.0/24' },
  'port-forward': {
    kind: 'port-forward',
    address: '203.0.113.2',
    protocol: 'tcp',
    port: 8080,
    toAddress: '10.1.0.11',
    toPort: 80,
    hairpin: '10.1.0.0/24',
  },
  redirect: {
    kind: 'redirect',
    interface: 'br-a',
    source: '10.1.0.0/24',
    protocol: 'tcp',
    address: '169.254.169.254',
    port: 80,
    toAddress: '10.1.0.1',
    toPort: 8775,
  },
  'floating-address': {
    kind: 'floating-address',
    floating: '203.0.113.50',
    fixed: '10.1.0.11',
    interface: 'uplink',
    hairpin: '10.1.0.0/24',
  },
  'isolate-address': { kind: 'isolate-address', interface: 'uplink', address: '10.1.0.1' },
  'dhcp-guard': { kind: 'dhcp-guard', ports: ['p-a1', 'p-a2'] },
  guest: {
    kind: 'guest',
    port: 'p-a1',
    bridge: 'br-a',
    mac: '02:00:5e:10:00:01',
    addresses: ['10.1.0.11/32'],
    securityGroups: ['web'],
    out: 'groups',
  },
  'security-group': {
    kind: 'security-group',
    name: 'web',
    rules: [{ direction: 'in', protocol: 'tcp', ports: 80 }],
  },
};

const hostileKeys: readonly unknown[] = [
  '',
  ' ',
  'a b',
  'a\nb',
  'a\0b',
  '/a',
  'a/',
  'a//b',
  '..',
  'a/../b',
  '-a',
  'ä',
  'a'.repeat(129),
  7,
];

const devices = new Set(['interface', 'bridge']);
const networks = new Set(['source', 'destination', 'hairpin']);
const addresses = new Set(['to', 'address', 'toAddress', 'floating', 'fixed']);

function badValues(kind: IntentKind, field: string): readonly unknown[] {
  const isGuest = kind === 'guest' || kind === 'security-group';
  if (isGuest && field === 'port') return [...hostileNames, 7, null];
  if (isGuest && field === 'name') return [...hostileKeys, null];
  if (isGuest && ['addresses', 'securityGroups', 'rules'].includes(field)) return ['', 'a', 7, null, {}];
  if (devices.has(field)) return [...hostileNames, 7, null];
  if (addresses.has(field)) return [...hostileAddresses, '192.0.2.1/24', 7, null];
  if (networks.has(field)) return [...hostileAddresses, '10.1.0.1/24', '10.1.0.0/33', 7, null];
  if (field === 'ports') return [];
  return [0, 65536, -1, 1.5, '80', '', 'tcp\n', 'no-such-word', null];
}

async function refusesAll(
  { firewall }: FirewallContext,
  cases: readonly { intent: unknown; field: string; value: unknown }[],
): Promise<void> {
  await firewall.put({ key: 'kept', intents: [] });
  const before = await firewall.list();
  for (const { intent, field, value } of cases) {
    try {
      const group = { key: 'bad', intents: [intent] } as unknown as IntentGroup;
      await refusal(firewall.put(group), `intents[0].${field}`);
    } catch (error) {
      const shown = `${field} ${JSON.stringify(value)}`;
      throw new Error(`${shown}: ${error instanceof Error ? error.message : error}`, { cause: error });
    }
  }
  assert.deepEqual(await firewall.list(), before);
  assert.equal((await firewall.apply()).added, 0);
}

const kinds = Object.keys(examples) as IntentKind[];

export const refusing: FirewallDemand[] = [
  ...kinds.map(
    (kind): FirewallDemand => ({
      name: `put refuses bad values in every field of ${kind}, naming the field, and then nothing has changed`,
      needs: [kind],
      run: (context) =>
        refusesAll(
          context,
          Object.keys(examples[kind])
            .filter((field) => field !== 'kind')
            .flatMap((field) =>
              badValues(kind, field).map((value) => ({
                intent: { ...examples[kind], [field]: value },
                field,
                value,
              })),
            ),
        ),
    }),
  ),
  {
    name: 'put refuses a field that the intent does not have, naming it',
    needs: ['no-nat'],
    run: (context) =>
      refusesAll(context, [
        { intent: { ...examples['no-nat'], to: '10.0.0.1' }, field: 'to', value: '10.0.0.1' },
      ]),
  },
  {
    name: 'put refuses addresses of two families in one intent, naming the field',
    needs: ['floating-address'],
    run: (context) =>
      refusesAll(context, [
        {
          intent: { ...examples['floating-address'], fixed: '2001:db8::1' },
          field: 'fixed',
          value: '2001:db8::1',
        },
      ]),
  },
  {
    name: 'put refuses hostile ports of a DHCP guard, naming the one',
    needs: ['dhcp-guard'],
    async run(context) {
      const bad = hostileNames.map((value) => ({
        intent: { kind: 'dhcp-guard', ports: ['p-a1', value] },
        field: 'ports[1]',
        value,
      }));
      await refusesAll(context, bad);
    },
  },
  {
    name: 'put with one bad intent among good ones leaves the group of the same key as it was',
    needs: ['source-nat'],
    async run({ firewall }) {
      await firewall.put(natGroup);
      const intents = [examples['source-nat'], { ...examples['source-nat'], to: 'nowhere' }];
      await refusal(firewall.put({ key: natGroup.key, intents }), 'intents[1].to');
      assert.deepEqual(await firewall.list(), [natGroup]);
    },
  },
  {
    name: 'put and delete refuse hostile keys, naming the field',
    async run({ firewall }) {
      for (const key of hostileKeys as string[]) {
        await refusal(firewall.put({ key, intents: [] }), 'key');
        await refusal(firewall.delete(key), 'key');
      }
      assert.deepEqual(await firewall.list(), []);
    },
  },
  {
    name: 'a hostile owner is refused, naming the field',
    async run({ open }) {
      for (const owner of ['', 'a b', 'a\nb', 'a;b', 'seventeen-letters', 'ä', '$(id)', 'a/b'])
        await refusal(open(owner), 'owner');
    },
  },
];

export const lifeCycle: FirewallDemand[] = [
  {
    name: 'close leaves the rules where they are, and may be called twice',
    needs: ['source-nat'],
    async run({ firewall, open }) {
      await firewall.put(natGroup);
      await firewall.apply();
      await firewall.close();
      await firewall.close();
      await firewall[Symbol.asyncDispose]();
      const next = await open('cf-one');
      await next.put(natGroup);
      assert.equal((await next.apply()).changed, false);
    },
  },
  {
    name: 'after close put, delete, apply, reconcile and clear reject with ClosedError',
    async run({ firewall }) {
      await firewall.close();
      await rejection(firewall.put({ key: 'a', intents: [] }), 'CLOSED');
      await rejection(firewall.delete('a'), 'CLOSED');
      await rejection(firewall.apply(), 'CLOSED');
      await rejection(firewall.reconcile(), 'CLOSED');
      await rejection(firewall.clear(), 'CLOSED');
    },
  },
  {
    name: 'an apply whose signal fired before rejects with AbortedError, writes nothing, and can be done again',
    needs: ['source-nat'],
    async run({ firewall }) {
      await firewall.put(natGroup);
      await rejection(firewall.apply({ signal: AbortSignal.abort() }), 'ABORTED');
      await expectRules(firewall, 'none');
      assert.equal((await firewall.apply()).changed, true);
    },
  },
];
