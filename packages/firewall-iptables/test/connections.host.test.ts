import { createIptablesFirewall, type IptablesFirewall, type Variant } from 'firewall-iptables';
import type { GuestIntent, Intent, SecurityGroupRule } from 'netdev-core';
import { createRunner, type Runner } from 'netdev-exec';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSpaceRunner } from './agent/space-runner.js';
import { type Conversation, openConversation, startEcho } from './conversation.js';
import { createLab, type Lab } from './host.js';

const runner = createSpaceRunner();
const guest = (more: Partial<GuestIntent> = {}): GuestIntent => ({
  kind: 'guest',
  port: 'p-a1',
  bridge: 'br-a',
  mac: '02:00:5e:10:00:a1',
  addresses: ['10.1.0.11'],
  securityGroups: ['web'],
  ...more,
});

const from = (ports: number, remote?: SecurityGroupRule['remote']): SecurityGroupRule => ({
  direction: 'in',
  protocol: 'tcp',
  ports,
  ...(remote === undefined ? {} : { remote }),
});

const web = (...rules: SecurityGroupRule[]): Intent => ({ kind: 'security-group', name: 'web', rules });

const clients = (...members: string[]): Intent => ({
  kind: 'security-group',
  name: 'clients',
  rules: [],
  members,
});

/** Where `conntrack -D` is refused as often as asked for. */
function refusing(base: Runner, times: { left: number }): Runner {
  return {
    ...base,
    run: async (argv, options) => {
      if (argv[0] === 'conntrack' && argv[1] === '-D' && times.left-- > 0) throw new Error('refused');
      return base.run(argv, options);
    },
  };
}

describe.each<Variant>(['nft', 'legacy'])('connections of security groups, with iptables-%s', (variant) => {
  let lab: Lab;
  let firewall: IptablesFirewall;
  const talk = async (end: string, port: number): Promise<Conversation> => {
    const conversation = await openConversation(lab.spaceOf(end), '10.1.0.11', port);
    expect(await conversation.isAnswered()).toBe(true);
    return conversation;
  };
  const put = async (key: string, ...intents: Intent[]): Promise<void> => {
    await firewall.put({ key, intents });
    await firewall.apply();
  };
  const answered = async (...conversations: Conversation[]): Promise<boolean[]> =>
    Promise.all(conversations.map((each) => each.isAnswered()));

  beforeEach(async () => {
    lab = await createLab();
    await lab.run('w1', 'ip', 'route', 'add', '10.0.0.0/8', 'via', '203.0.113.2');
    await startEcho(lab.spaceOf('a1'), [80, 81]);
    firewall = await createIptablesFirewall({
      runner,
      namespace: { name: lab.router },
      variant,
      connections: 'end',
    });
  });
  afterEach(async () => {
    await firewall.close();
    await lab.remove();
  });

  it('a rule that goes ends what it alone let in', async () => {
    await put('guest', guest({ securityGroups: ['web', 'clients'] }));
    await put('web', web(from(80), from(81), from(81, '203.0.113.0/24')));
    await put('clients', clients());
    const [first, second, neighbour] = [await talk('w1', 80), await talk('w1', 81), await talk('b1', 81)];
    // Still allowed by a narrower one, for one of the two.
    await put('web', web(from(80), from(81, '203.0.113.0/24')));
    expect(await answered(first, second, neighbour)).toEqual([true, true, false]);
    // In another group now.
    await firewall.put({
      key: 'clients',
      intents: [{ kind: 'security-group', name: 'clients', rules: [from(80)] }],
    });
    await put('web', web(from(81, '203.0.113.0/24')));
    expect(await answered(first, second)).toEqual([true, true]);
    await firewall.delete('web');
    await firewall.apply();
    expect(await answered(first, second)).toEqual([true, false]);
  });

  it('a member that leaves ends what it was let in for, and so does a guest that leaves its group', async () => {
    await put('guest', guest());
    await put('web', web(from(80, { group: 'clients' }), from(81)));
    await put('clients', clients('203.0.113.1', '10.2.0.0/24'));
    const [world, other, neighbour] = [await talk('w1', 80), await talk('w1', 81), await talk('b1', 80)];
    await put('clients', clients('10.2.0.0/24'));
    expect(await answered(world, other, neighbour)).toEqual([false, true, true]);
    // Now it is a guest that is in the group, and not an address.
    const asGuest: GuestIntent = {
      ...guest(),
      ...{ port: 'p-b1', bridge: 'br-b', mac: '02:00:5e:10:00:b1', addresses: ['10.2.0.11'] },
    };
    await firewall.put({ key: 'b1', intents: [{ ...asGuest, securityGroups: ['clients'] }] });
    await put('clients', clients());
    expect(await answered(other, neighbour)).toEqual([true, true]);
    await put('b1', { ...asGuest, securityGroups: [] });
    expect(await answered(other, neighbour)).toEqual([true, false]);
    await put('guest', guest({ securityGroups: [] }));
    expect(await answered(other)).toEqual([false]);
  });

  it('what a guest sends ends when its groups are asked for it, and all of a routing guest that goes', async () => {
    await startEcho(lab.spaceOf('w1'), [80]);
    const routing = guest({ addresses: ['10.1.0.8/29'] });
    await put('guest', routing);
    await put('web', web(from(80)));
    const received = await talk('w1', 80);
    const sent = await openConversation(lab.spaceOf('a1'), '203.0.113.1', 80);
    await put('guest', { ...routing, out: 'groups' });
    expect(await answered(received, sent)).toEqual([true, false]);
    const known = async (): Promise<string> => lab.run('router', 'conntrack', '-L', '--src', '203.0.113.1');
    expect(await known()).toContain('dst=10.1.0.11');
    await firewall.delete('guest');
    await firewall.apply();
    expect(await known()).not.toContain('dst=10.1.0.11');
  });

  it('an apply with nothing but connections to end ends them', async () => {
    const times = { left: 1 };
    await firewall.close();
    firewall = await createIptablesFirewall({
      runner: refusing(createRunner({ namespace: { name: lab.router } }), times),
      variant,
      connections: 'end',
    });
    await put('guest', guest());
    await put('web', web(from(80), from(81)));
    const [first, second] = [await talk('w1', 80), await talk('w1', 81)];
    await expect(put('web', web(from(81)))).rejects.toThrow('refused');
    expect(await answered(first, second)).toEqual([true, true]);
    expect(await firewall.apply()).toEqual({ changed: false, added: 0, removed: 0 });
    expect(await answered(first, second)).toEqual([false, true]);
  });

  it('connections live on where nobody asks for their end', async () => {
    await firewall.close();
    firewall = await createIptablesFirewall({ runner, namespace: { name: lab.router }, variant });
    await put('guest', guest());
    await put('web', web(from(80)));
    const conversation = await talk('w1', 80);
    await firewall.delete('web');
    await firewall.apply();
    expect(await answered(conversation)).toEqual([true]);
  });
});
