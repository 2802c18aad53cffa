import assert from 'node:assert/strict';
import type { RoutingRule, RoutingRuleSpec } from 'netdev-core';
import type { NetDevDemand } from './context.js';

const specs: readonly RoutingRuleSpec[] = [
  { from: '192.0.2.0/24', table: 100, priority: 1000 },
  { family: 'ipv4', to: '203.0.113.7/32', mark: 3, table: 70000, priority: 1001 },
  { mark: 0, markMask: 255, inputLink: 'cf-none', table: 100, priority: 1002 },
  { from: '2001:db8::/32', to: '2001:db8:1::/48', outputLink: 'cf0', table: 100, priority: 1003 },
  { family: 'ipv6', mark: 7, action: 'unreachable', priority: 1004 },
  { from: '198.51.100.0/24', inverted: true, action: 'prohibit', priority: 1005 },
];

/** A rule as a specification, without what it does not say. */
function asAsked(rule: RoutingRule, spec: RoutingRuleSpec): Partial<RoutingRule> {
  const { protocol: _, family, inverted, action, ...rest } = rule;
  return {
    ...rest,
    ...(spec.family && { family }),
    ...(spec.inverted && { inverted }),
    ...(spec.action && { action }),
  };
}

export const routingRules: NetDevDemand[] = [
  {
    name: 'ensureRoutingRule adds a rule with the conditions and the action given; done again it writes nothing',
    needs: ['routing-rules'],
    async run({ driver, told }) {
      for (const spec of specs) {
        const { changed, value } = await driver.ensureRoutingRule(spec);
        assert.equal(changed, true);
        assert.deepEqual(asAsked(value, spec), spec);
        const found = (await driver.listRoutingRules({ family: value.family })).filter(
          ({ priority }) => priority === spec.priority,
        );
        assert.deepEqual(found, [value]);
        const count = told.length;
        assert.equal((await driver.ensureRoutingRule(spec)).changed, false);
        assert.equal(told.length, count);
      }
      assert.deepEqual(
        told.map(({ operation }) => operation.do),
        specs.map(() => 'add-routing-rule'),
      );
    },
  },
  {
    name: 'rules are listed in the order in which they are asked, narrowed by family and table',
    needs: ['routing-rules'],
    async run({ driver }) {
      for (const spec of [...specs].reverse()) await driver.ensureRoutingRule(spec);
      const priorities = async (filter: Parameters<typeof driver.listRoutingRules>[0]) =>
        (await driver.listRoutingRules(filter))
          .map(({ priority }) => priority)
          .filter((p) => p >= 1000 && p < 2000);
      assert.deepEqual(await priorities({ family: 'ipv4' }), [1000, 1001, 1002, 1005]);
      assert.deepEqual(await priorities({ family: 'ipv6' }), [1003, 1004]);
      assert.deepEqual((await priorities({ table: 100 })).sort(), [1000, 1002, 1003]);
    },
  },
  {
    name: 'a rule without a priority comes before those that are there, and is found again by its conditions',
    needs: ['routing-rules'],
    async run({ driver }) {
      const { value: first } = await driver.ensureRoutingRule({ mark: 3, table: 100 });
      const { value: second } = await driver.ensureRoutingRule({ mark: 4, table: 100 });
      assert.ok(second.priority < first.priority);
      assert.equal((await driver.ensureRoutingRule({ mark: 3, table: 100 })).changed, false);
      assert.equal((await driver.ensureRoutingRule({ mark: 3, table: 101 })).changed, true);
    },
  },
  {
    name: 'deleteRoutingRule deletes the one rule with these conditions; of what is not there it answers false',
    needs: ['routing-rules'],
    async run({ driver, told }) {
      for (const spec of specs) await driver.ensureRoutingRule(spec);
      const before = await driver.listRoutingRules();
      assert.equal(await driver.deleteRoutingRule({ from: '192.0.2.0/24', table: 101 }), false);
      assert.equal(await driver.deleteRoutingRule({ table: 100 }), false);
      assert.equal(await driver.deleteRoutingRule({ from: '192.0.2.0/24', table: 100 }), true);
      assert.deepEqual(
        await driver.listRoutingRules(),
        before.filter(({ priority }) => priority !== 1000),
      );
      const count = told.length;
      assert.equal(await driver.deleteRoutingRule({ from: '192.0.2.0/24', table: 100 }), false);
      assert.equal(told.length, count);
    },
  },
  {
    name: 'a batch that fails leaves the rules as they were',
    needs: ['routing-rules'],
    async run({ driver }) {
      const [first, second] = specs as [RoutingRuleSpec, RoutingRuleSpec];
      await driver.ensureRoutingRule(first);
      const before = await driver.listRoutingRules();
      await assert.rejects(
        driver.batch([
          { do: 'add-routing-rule', spec: second },
          { do: 'delete-routing-rule', spec: first },
          { do: 'add-route', spec: { destination: '203.0.113.0/24', link: 'cf-none' } },
        ]),
      );
      assert.deepEqual(await driver.listRoutingRules(), before);
    },
  },
];
