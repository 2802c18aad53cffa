import { createIptablesFirewall, type IptablesFirewall } from 'firewall-iptables';
import type { Intent, IntentGroup } from 'netdev-core';
import { createMemoryLocks, type Runner } from 'netdev-exec';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSpaceRunner } from './agent/space-runner.js';
import { createSpace, ownPart, type Space } from './space.js';

const accept = (name: string): Intent => ({ kind: 'accept-input', interface: name });
const group = (key: string, ...names: string[]): IntentGroup => ({ key, intents: names.map(accept) });

describe.each(['nft', 'legacy'] as const)('two families, iptables-%s', (variant) => {
  let space: Space;
  let firewall: IptablesFirewall;
  /** The programs that fail, as long as they are named here. */
  let broken: Set<string>;
  let ran: string[];

  /** Runs programs as they are, and in place of the broken ones one that fails. */
  const createBreakable = (inner: Runner): Runner => ({
    ...inner,
    run: (argv, options) => {
      ran.push(argv[0] as string);
      const fails = ['sh', '-c', 'cat > /dev/null; echo no such thing >&2; exit 1'];
      return inner.run(broken.has(argv[0] as string) ? fails : argv, options);
    },
  });
  const rules = async (): Promise<string[]> => ownPart(await space.save(), 'netdev');
  const [restore4, restore6, save6] = [
    `iptables-${variant}-restore`,
    `ip6tables-${variant}-restore`,
    `ip6tables-${variant}-save`,
  ];

  beforeEach(async () => {
    space = await createSpace(variant);
    broken = new Set();
    ran = [];
    firewall = await createIptablesFirewall({
      runner: createBreakable(createSpaceRunner().inNamespace({ name: space.name })),
      variant,
      locks: createMemoryLocks(),
    });
  });
  afterEach(async () => {
    await firewall.close();
    await space.remove();
  });

  it('are both planned before either is written', async () => {
    broken.add(save6);
    await firewall.put(group('a', 'br-a'));
    await expect(firewall.apply()).rejects.toMatchObject({ code: 'COMMAND_FAILED' });
    expect(ran.filter((program) => program.endsWith('-restore'))).toEqual([]);
    broken.clear();
    expect((await firewall.apply()).changed).toBe(true);
  });

  it('are as they were when the second one refuses a first apply', async () => {
    broken.add(restore6);
    await firewall.put(group('a', 'br-a'));
    await expect(firewall.apply()).rejects.toMatchObject({ code: 'PLATFORM' });
    expect(ran).toContain(restore4);
    expect(await rules()).toEqual([]);
    broken.clear();
    await firewall.apply();
    expect((await rules()).filter((chain) => chain.includes('br-a'))).toHaveLength(2);
  });

  it('are as they were when the second one refuses a change of one group', async () => {
    await firewall.put(group('a', 'br-a', 'br-b'));
    await firewall.put(group('b', 'br-c'));
    await firewall.apply();
    const before = await rules();
    broken.add(restore6);
    for (const change of [
      () => firewall.put(group('c', 'br-d')),
      () => firewall.put(group('a', 'br-b', 'br-e')),
      () => firewall.delete('b'),
    ]) {
      await change();
      await expect(firewall.apply()).rejects.toMatchObject({
        code: 'PLATFORM',
        detail: expect.stringContaining('no such thing'),
      });
      expect(await rules()).toEqual(before);
    }
    broken.clear();
    await firewall.apply();
    expect((await rules()).map((chain) => chain.split('\n').slice(1))).toEqual(
      (await rules()).map((chain) =>
        chain.includes('input\n') || chain.includes('netdev-input -i')
          ? ['b', 'e', 'd'].map((name) => `-A netdev-input -i br-${name} -j ACCEPT`)
          : ['-A INPUT -j netdev-input'],
      ),
    );
    expect(await firewall.reconcile()).toEqual({ changed: false, added: 0, removed: 0 });
  });

  it('are said to differ when the first one cannot be put back', async () => {
    await firewall.put(group('a', 'br-a'));
    await firewall.apply();
    await firewall.put(group('b', 'br-b'));
    broken.add(restore6);
    // From its second run on, which is the one that puts back.
    const inner = ran;
    ran = new Proxy(inner, {
      get: (target, name) =>
        name === 'push'
          ? (program: string) => {
              target.push(program);
              if (program === restore6) broken.add(restore4);
            }
          : Reflect.get(target, name),
    });
    await expect(firewall.apply()).rejects.toMatchObject({ code: 'PARTIAL' });
    broken.clear();
    ran = [];
    expect((await firewall.reconcile()).changed).toBe(true);
    expect((await rules()).filter((chain) => chain.includes('-i br-b'))).toHaveLength(2);
  });
});
