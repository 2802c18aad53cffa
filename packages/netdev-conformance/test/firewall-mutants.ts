import type { FirewallManager, Intent, SecurityGroupRule } from 'netdev-core';
import { firewallTopology } from '../src/firewall.js';
import type { MemoryLab } from './memory-lab.js';

/** A manager that breaks the contract in one way, and the requirement that has to notice. */
export interface FirewallMutant {
  fault: string;
  fails: string;
  alter(firewall: FirewallManager, lab: MemoryLab): Partial<FirewallManager>;
}

/** Puts other intents than it was given. */
function rewriting(change: (intent: Intent) => Intent[]): FirewallMutant['alter'] {
  return (firewall) => ({
    put: ({ key, intents }) => firewall.put({ key, intents: intents.flatMap(change) }),
  });
}

/** Gives security groups other rules than they were given. */
function withRules(change: (rule: SecurityGroupRule) => SecurityGroupRule): (intent: Intent) => Intent[] {
  return (intent) =>
    intent.kind === 'security-group' ? [{ ...intent, rules: intent.rules.map(change) }] : [intent];
}

export const firewallMutants: FirewallMutant[] = [
  {
    fault: 'apply always says that it changed something',
    fails: 'apply says what it wrote, and does nothing when there is nothing to do',
    alter: (f) => ({ apply: async (options) => ({ ...(await f.apply(options)), changed: true }) }),
  },
  {
    fault: 'apply writes everything anew each time',
    fails: 'apply writes what changed only: a group more adds its rules, a group less removes them',
    alter: (f) => ({
      async apply(options) {
        const groups = await f.list();
        const { removed } = await f.clear(options);
        for (const group of groups) await f.put(group);
        const { added } = await f.apply(options);
        return { changed: added + removed > 0, added, removed };
      },
    }),
  },
  {
    fault: 'put takes effect at once',
    fails: 'put and delete take effect with the next apply',
    alter: (f) => ({
      async put(group) {
        await f.put(group);
        await f.apply();
      },
    }),
  },
  {
    fault: 'put adds to the group that is there',
    fails: 'put replaces the group with the same key',
    alter: (f) => ({
      async put({ key, intents }) {
        const present = (await f.list()).find((group) => group.key === key);
        await f.put({ key, intents: [...(present?.intents ?? []), ...intents] });
      },
    }),
  },
  {
    fault: 'groups are listed in the order of putting',
    fails: 'list gives the groups as they were put, by key in sorted order',
    alter: (f) => ({ list: async () => (await f.list()).reverse() }),
  },
  {
    fault: 'delete always answers true',
    fails: 'delete removes a group, and answers whether there was one',
    alter: (f) => ({
      async delete(key) {
        await f.delete(key);
        return true;
      },
    }),
  },
  {
    fault: 'defer applies at once',
    fails: 'defer does every apply asked for in it as one at its end, and gives what the work gave',
    alter: () => ({ defer: (work) => work() }),
  },
  {
    fault: 'defer applies nothing when the work throws',
    fails: 'defer applies at its end also when the work throws, and throws what the work threw',
    alter(f) {
      let deferring = false;
      return {
        apply: async (options) => (deferring ? { changed: false, added: 0, removed: 0 } : f.apply(options)),
        async defer(work) {
          deferring = true;
          try {
            const value = await work();
            await f.apply();
            return value;
          } finally {
            deferring = false;
          }
        },
      };
    },
  },
  {
    fault: 'defer applies although nobody asked',
    fails: 'defer in which nobody asked for an apply applies nothing',
    alter: (f) => ({
      async defer(work) {
        const value = await f.defer(work);
        await f.apply();
        return value;
      },
    }),
  },
  {
    fault: 'reconcile believes what it remembers',
    fails: 'reconcile mends what somebody else broke',
    alter: (f) => ({ reconcile: (options) => f.apply(options) }),
  },
  {
    fault: 'rules of others are lost',
    fails: 'what is not ours stays as it is, in its order, through apply and clear',
    alter: (f, { host }) => ({
      async apply(options) {
        host.flushFirewall();
        return f.reconcile(options);
      },
    }),
  },
  {
    fault: 'clear takes out the rules of others too',
    fails:
      'managers with different owners live side by side: neither sees, counts nor removes what the other has',
    alter: (f, { host }) => ({
      async clear(options) {
        const cleared = await f.clear(options);
        host.flushFirewall();
        return cleared;
      },
    }),
  },
  {
    fault: 'clear forgets the groups and leaves the rules',
    fails: 'clear takes out all that is ours, and forgets the groups',
    alter: (f) => ({
      async clear() {
        for (const { key } of await f.list()) await f.delete(key);
        return { changed: true, added: 0, removed: 0 };
      },
    }),
  },
  {
    fault: 'status keeps silent about groups that were not applied',
    fails: 'put and delete take effect with the next apply',
    alter: (f) => ({ status: async (options) => (await f.status(options)).filter(({ rules }) => rules > 0) }),
  },
  {
    fault: 'a bad group is dropped without a word',
    fails: 'put and delete refuse hostile keys, naming the field',
    alter: (f) => ({ put: (group) => f.put(group).catch(() => {}) }),
  },
  {
    fault: 'bad intents of a group are left out',
    fails: 'put with one bad intent among good ones leaves the group of the same key as it was',
    alter: (f) => ({
      async put({ key, intents }) {
        for (const intent of intents) await f.put({ key, intents: [intent] });
      },
    }),
  },
  {
    fault: 'close takes the rules away',
    fails: 'close leaves the rules where they are, and may be called twice',
    alter: (f) => ({
      async close() {
        await f.clear().catch(() => {});
        await f.close();
      },
    }),
  },
  {
    fault: 'the signal is ignored',
    fails:
      'an apply whose signal fired before rejects with AbortedError, writes nothing, and can be done again',
    alter: (f) => ({ apply: () => f.apply() }),
  },
  {
    fault: 'source-nat without its device touches every way out',
    fails: 'source-nat: other networks and other devices are left alone',
    alter: rewriting((intent) => {
      if (intent.kind !== 'source-nat') return [intent];
      const { interface: _, ...rest } = intent;
      return [rest];
    }),
  },
  {
    fault: 'source-nat forgets its destination',
    fails: 'source-nat: with a destination, only what goes there',
    alter: rewriting((intent) => {
      if (intent.kind !== 'source-nat') return [intent];
      const { destination: _, ...rest } = intent;
      return [rest];
    }),
  },
  {
    fault: 'an open bridge forgets its interfaces',
    fails: 'forward-policy open with interfaces: from and to these and among the guests, and nowhere else',
    alter: rewriting((intent) => {
      if (intent.kind !== 'forward-policy') return [intent];
      const { interfaces: _, ...rest } = intent;
      return [rest];
    }),
  },
  {
    fault: 'no-nat is lost',
    fails: 'no-nat: no source-nat touches the traffic, whichever was put first',
    alter: rewriting((intent) => (intent.kind === 'no-nat' ? [] : [intent])),
  },
  {
    fault: 'no-nat is for hairpins too',
    fails: 'no-nat: a guest with a floating address keeps its own too, and hairpins work all the same',
    alter: (f) => ({
      put: ({ key, intents }) => {
        const exempt = intents.flatMap((intent) => (intent.kind === 'no-nat' ? [intent.destination] : []));
        return f.put({
          key,
          intents: intents.map((intent) => {
            if (!('hairpin' in intent) || intent.hairpin === undefined || !exempt.includes(intent.hairpin))
              return intent;
            const { hairpin: _, ...rest } = intent;
            return rest;
          }),
        });
      },
    }),
  },
  {
    fault: 'outbound bridges let everything in',
    fails:
      'forward-policy outbound: to everywhere but other bridges with a policy, and nothing comes in unasked',
    alter: rewriting((intent) =>
      intent.kind === 'forward-policy' && intent.policy === 'outbound'
        ? [{ ...intent, policy: 'open' }]
        : [intent],
    ),
  },
  {
    fault: 'a port forward keeps the port',
    fails: 'port-forward: one port of one address, from outside and through a hairpin, and no other port',
    alter: rewriting((intent) => {
      if (intent.kind !== 'port-forward') return [intent];
      const { toPort: _, ...rest } = intent;
      return [rest];
    }),
  },
  {
    fault: 'a floating address has no hairpin',
    fails: 'floating-address: in, out, and from the neighbours through a hairpin',
    alter: rewriting((intent) => {
      if (intent.kind !== 'floating-address') return [intent];
      const { hairpin: _, ...rest } = intent;
      return [rest];
    }),
  },
  {
    fault: 'a redirect takes connections from every device',
    fails: 'redirect: connections from guests go to a service of the host, which nobody reaches otherwise',
    alter: rewriting((intent) => {
      if (intent.kind !== 'redirect') return [intent];
      const { interface: _, source: __, ...rest } = intent;
      return [rest];
    }),
  },
  {
    fault: 'accept-input forgets the ports',
    fails: 'accept-input: lets in what it names, and nothing else',
    alter: rewriting((intent) => {
      if (intent.kind !== 'accept-input') return [intent];
      const { ports: _, ...rest } = intent;
      return [rest];
    }),
  },
  {
    fault: 'counters stand still',
    fails: 'status counts the packets that pass, for the group that they pass by',
    alter: (f) => ({
      status: async (options) => (await f.status(options)).map((each) => ({ ...each, packets: 0n })),
    }),
  },
  {
    fault: 'a guest is open to everybody',
    fails: 'guest: nothing comes to it unasked, what it asks for is answered, and others are as they were',
    alter: rewriting((intent) => (intent.kind === 'guest' ? [] : [intent])),
  },
  {
    fault: 'a guest may send from everywhere',
    fails: 'guest: what it sends from an address that is not its own goes nowhere',
    alter: rewriting((intent) =>
      intent.kind === 'guest' ? [{ ...intent, addresses: ['0.0.0.0/0'] }] : [intent],
    ),
  },
  {
    fault: 'nobody looks at the MAC',
    fails: 'guest: what it sends from a MAC that is not its own goes nowhere',
    alter: rewriting((intent) =>
      intent.kind === 'guest' ? [{ ...intent, mac: firewallTopology.ends.a1.mac }] : [intent],
    ),
  },
  {
    fault: 'a security group forgets the ports',
    fails:
      'security-group: lets in what a rule of one of its intents allows, whichever was put first, and nothing else',
    alter: rewriting(withRules(({ ports: _, ...rest }) => rest)),
  },
  {
    fault: 'the second intent of a group takes the place of the first',
    fails:
      'security-group: lets in what a rule of one of its intents allows, whichever was put first, and nothing else',
    alter: (f) => ({
      async put(group) {
        const names = group.intents.flatMap((each) => (each.kind === 'security-group' ? each.name : []));
        for (const { key, intents } of await f.list()) {
          const left = intents.filter((each) => each.kind !== 'security-group' || !names.includes(each.name));
          await f.put({ key, intents: left });
        }
        await f.put(group);
      },
    }),
  },
  {
    fault: 'a remote network is everything',
    fails: 'security-group: a remote network is told from others',
    alter: rewriting(
      withRules(({ remote, ...rest }) => (typeof remote === 'object' ? { ...rest, remote } : rest)),
    ),
  },
  {
    fault: 'a remote group is everybody',
    fails:
      'security-group: a remote group is the addresses of its guests and its members, as they come and go',
    alter: rewriting(
      withRules(({ remote, ...rest }) => (typeof remote === 'string' ? { ...rest, remote } : rest)),
    ),
  },
  {
    fault: 'members on other hosts are forgotten',
    fails:
      'security-group: a remote group is the addresses of its guests and its members, as they come and go',
    alter: rewriting((intent) => {
      if (intent.kind !== 'security-group') return [intent];
      const { members: _, ...rest } = intent;
      return [rest];
    }),
  },
  {
    fault: 'guests send what they like',
    fails:
      "security-group: a guest with out 'groups' reaches what a rule allows, and nothing else; others everything",
    alter: rewriting((intent) => (intent.kind === 'guest' ? [{ ...intent, out: 'open' }] : [intent])),
  },
  {
    fault: 'guests send nothing but what a rule allows',
    fails:
      "security-group: a guest with out 'groups' reaches what a rule allows, and nothing else; others everything",
    alter: rewriting((intent) => (intent.kind === 'guest' ? [{ ...intent, out: 'groups' }] : [intent])),
  },
  {
    fault: 'a port of two guests is the last one’s',
    fails:
      'put refuses a port that is that of another guest, naming the field, and takes it once that one is gone',
    alter: (f) => ({
      async put(group) {
        for (const { key } of await f.list()) if (key !== group.key) await f.delete(key);
        await f.put(group);
      },
    }),
  },
];
