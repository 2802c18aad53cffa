import assert from 'node:assert/strict';
import type { FirewallDemand } from './context.js';
import { expectRules, forwardGroup, natGroup } from './fixtures.js';

const unchanged = { changed: false, added: 0, removed: 0 };

export const groups: FirewallDemand[] = [
  {
    name: 'list gives the groups as they were put, by key in sorted order',
    needs: ['port-forward', 'source-nat'],
    async run({ firewall }) {
      assert.deepEqual(await firewall.list(), []);
      await firewall.put(natGroup);
      await firewall.put(forwardGroup);
      assert.deepEqual(await firewall.list(), [forwardGroup, natGroup]);
    },
  },
  {
    name: 'put replaces the group with the same key',
    needs: ['port-forward', 'source-nat'],
    async run({ firewall }) {
      await firewall.put(natGroup);
      const other = { key: natGroup.key, intents: forwardGroup.intents };
      await firewall.put(other);
      assert.deepEqual(await firewall.list(), [other]);
    },
  },
  {
    name: 'put takes a group without intents, which stands for nothing',
    async run({ firewall }) {
      await firewall.put({ key: 'empty', intents: [] });
      assert.deepEqual(await firewall.list(), [{ key: 'empty', intents: [] }]);
      assert.equal((await firewall.apply()).added, 0);
      assert.deepEqual(await firewall.status(), [{ key: 'empty', rules: 0, packets: 0n, bytes: 0n }]);
    },
  },
  {
    name: 'a group that was put does not change when the caller changes the object afterwards',
    needs: ['source-nat'],
    async run({ firewall }) {
      const intent = { kind: 'source-nat', source: '10.1.0.0/24', to: '203.0.113.2' } as const;
      const group = { key: 'nat/a', intents: [{ ...intent }] };
      await firewall.put(group);
      (group.intents[0] as { to: string }).to = '203.0.113.99';
      assert.deepEqual(await firewall.list(), [{ key: 'nat/a', intents: [intent] }]);
    },
  },
  {
    name: 'delete removes a group, and answers whether there was one',
    needs: ['source-nat', 'port-forward'],
    async run({ firewall }) {
      await firewall.put(natGroup);
      await firewall.put(forwardGroup);
      assert.equal(await firewall.delete('nat/a'), true);
      assert.equal(await firewall.delete('nat/a'), false);
      assert.deepEqual(await firewall.list(), [forwardGroup]);
    },
  },
];

export const applying: FirewallDemand[] = [
  {
    name: 'apply says what it wrote, and does nothing when there is nothing to do',
    needs: ['port-forward', 'source-nat'],
    async run({ firewall }) {
      await firewall.put(natGroup);
      await firewall.put(forwardGroup);
      const first = await firewall.apply();
      assert.equal(first.changed, true);
      assert.ok(first.added >= 2, 'a rule each at least');
      assert.equal(first.removed, 0);
      assert.deepEqual(await firewall.apply(), unchanged);
    },
  },
  {
    name: 'apply after a group was put again unchanged does nothing',
    needs: ['source-nat'],
    async run({ firewall }) {
      await firewall.put(natGroup);
      await firewall.apply();
      await firewall.put(structuredClone(natGroup));
      assert.deepEqual(await firewall.apply(), unchanged);
    },
  },
  {
    name: 'apply writes what changed only: a group more adds its rules, a group less removes them',
    needs: ['port-forward', 'source-nat'],
    async run({ firewall }) {
      await firewall.put(natGroup);
      await firewall.apply();
      await firewall.put(forwardGroup);
      const { changed, added, removed } = await firewall.apply();
      assert.equal(changed, true);
      assert.ok(added > 0, 'rules were added');
      assert.equal(removed, 0);
      await firewall.delete(forwardGroup.key);
      assert.deepEqual(await firewall.apply(), { changed: true, added: 0, removed: added });
    },
  },
  {
    name: 'put and delete take effect with the next apply',
    needs: ['source-nat'],
    async run({ firewall }) {
      await firewall.put(natGroup);
      assert.deepEqual(
        (await firewall.status()).map(({ rules }) => rules),
        [0],
      );
      await firewall.apply();
      await expectRules(firewall, 'some');
    },
  },
  {
    name: 'defer does every apply asked for in it as one at its end, and gives what the work gave',
    needs: ['port-forward', 'source-nat'],
    async run({ firewall }) {
      const value = await firewall.defer(async () => {
        await firewall.put(natGroup);
        assert.deepEqual(await firewall.apply(), unchanged);
        await firewall.put(forwardGroup);
        await firewall.apply();
        await expectRules(firewall, 'none');
        return 'what the work gave';
      });
      assert.equal(value, 'what the work gave');
      await expectRules(firewall, 'some');
      assert.deepEqual(await firewall.apply(), unchanged);
    },
  },
  {
    name: 'defer applies at its end also when the work throws, and throws what the work threw',
    needs: ['source-nat'],
    async run({ firewall }) {
      const failure = new Error('the work failed');
      const work = firewall.defer(async () => {
        await firewall.put(natGroup);
        await firewall.apply();
        throw failure;
      });
      await assert.rejects(work, failure);
      await expectRules(firewall, 'some');
    },
  },
  {
    name: 'defer in which nobody asked for an apply applies nothing',
    needs: ['source-nat'],
    async run({ firewall }) {
      await firewall.defer(() => firewall.put(natGroup));
      await expectRules(firewall, 'none');
    },
  },
  {
    name: 'a defer inside a defer applies at the end of the outer one',
    needs: ['source-nat'],
    async run({ firewall }) {
      await firewall.defer(async () => {
        await firewall.defer(async () => {
          await firewall.put(natGroup);
          await firewall.apply();
        });
        await expectRules(firewall, 'none');
      });
      await expectRules(firewall, 'some');
    },
  },
  {
    name: 'status tells of every group by key in sorted order; what did not pass yet counts zero',
    needs: ['port-forward', 'source-nat'],
    async run({ firewall }) {
      await firewall.put(natGroup);
      await firewall.put(forwardGroup);
      await firewall.apply();
      const status = await firewall.status();
      assert.deepEqual(
        status.map(({ key, packets, bytes }) => [key, packets, bytes]),
        [
          ['forward/1', 0n, 0n],
          ['nat/a', 0n, 0n],
        ],
      );
    },
  },
  {
    name: 'reconcile with nothing broken writes nothing',
    needs: ['source-nat'],
    async run({ firewall }) {
      await firewall.put(natGroup);
      await firewall.apply();
      assert.deepEqual(await firewall.reconcile(), unchanged);
    },
  },
  {
    name: 'reconcile mends what somebody else broke',
    needs: ['port-forward', 'source-nat'],
    uses: 'breakRules',
    async run({ firewall, breakRules }) {
      await firewall.put(natGroup);
      await firewall.put(forwardGroup);
      const { added } = await firewall.apply();
      const before = await firewall.status();
      await breakRules();
      await expectRules(firewall, 'none');
      assert.deepEqual(await firewall.reconcile(), { changed: true, added, removed: 0 });
      assert.deepEqual(await firewall.status(), before);
    },
  },
  {
    name: 'clear takes out all that is ours, and forgets the groups',
    needs: ['port-forward', 'source-nat'],
    async run({ firewall }) {
      await firewall.put(natGroup);
      await firewall.put(forwardGroup);
      const { added } = await firewall.apply();
      assert.deepEqual(await firewall.clear(), { changed: true, added: 0, removed: added });
      assert.deepEqual([await firewall.list(), await firewall.status()], [[], []]);
      assert.equal((await firewall.clear()).changed, false);
    },
  },
  {
    name: 'what was put and cleared before it was applied is never written',
    needs: ['port-forward', 'source-nat'],
    async run({ firewall, open }) {
      await firewall.put(natGroup);
      assert.equal((await firewall.clear()).changed, false);
      await firewall.put(forwardGroup);
      const other = await open('cf-two');
      await other.put(forwardGroup);
      assert.deepEqual(await firewall.apply(), await other.apply());
    },
  },
];

export const owners: FirewallDemand[] = [
  {
    name: 'managers with different owners live side by side: neither sees, counts nor removes what the other has',
    needs: ['port-forward', 'source-nat'],
    async run({ firewall, open }) {
      const other = await open('cf-two');
      await firewall.put(natGroup);
      await firewall.apply();
      await other.put(forwardGroup);
      await other.apply();
      assert.deepEqual(await firewall.list(), [natGroup]);
      assert.deepEqual(await other.list(), [forwardGroup]);
      await firewall.clear();
      assert.deepEqual((await other.reconcile()).changed, false);
      await expectRules(other, 'some');
    },
  },
  {
    name: 'a manager that starts again with the same owner takes over what its predecessor left',
    needs: ['port-forward', 'source-nat'],
    async run({ firewall, open }) {
      await firewall.put(natGroup);
      await firewall.put(forwardGroup);
      await firewall.apply();
      await firewall.close();
      const next = await open('cf-one');
      await next.put(natGroup);
      const { changed, added, removed } = await next.apply();
      assert.equal(changed, true);
      assert.equal(added, 0);
      assert.ok(removed > 0, 'rules were removed');
      assert.equal((await next.clear()).changed, true);
    },
  },
  {
    name: 'what is not ours stays as it is, in its order, through apply and clear',
    needs: ['port-forward', 'source-nat'],
    uses: 'foreignRules',
    async run({ firewall, foreignRules, open }) {
      const other = await open('cf-two');
      await other.put(forwardGroup);
      await other.apply();
      const before = await foreignRules();
      assert.ok(before.length > 0, 'there is something of somebody else');
      await firewall.put(natGroup);
      await firewall.put(forwardGroup);
      await firewall.apply();
      assert.deepEqual(await foreignRules(), before);
      await firewall.delete(natGroup.key);
      await firewall.apply();
      assert.deepEqual(await foreignRules(), before);
      await firewall.clear();
      assert.deepEqual(await foreignRules(), before);
    },
  },
];
