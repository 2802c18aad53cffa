import { createIptablesFirewall, type IptablesFirewall } from 'firewall-iptables';
import { createMemoryLocks, createRecordingRunner, createRunner } from 'netdev-exec';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSpace, type Space } from './space.js';

describe.each(['nft', 'legacy'] as const)(
  'what is wrong is refused before anything is changed, iptables-%s',
  (variant) => {
    let space: Space;
    let firewall: IptablesFirewall;
    let runner: ReturnType<typeof createRecordingRunner>;
    beforeEach(async () => {
      space = await createSpace(variant);
      runner = createRecordingRunner(createRunner({ namespace: { name: space.name } }));
      firewall = await createIptablesFirewall({ runner, variant, locks: createMemoryLocks() });
    });
    afterEach(async () => {
      await firewall.close();
      await space.remove();
    });
    const written = (): number => runner.commands.filter(({ stdin }) => stdin !== undefined).length;

    it('a text that is no rule, a chain that is none', async () => {
      await firewall.put({ key: 'a', intents: [{ kind: 'accept-input', interface: 'br0' }] });
      firewall.iptables.ipv4.filter.addChain('guest');
      await firewall.apply();
      const [before, count] = [await space.save(), written()];
      const { filter } = firewall.iptables.ipv4;
      const invalid = expect.objectContaining({ code: 'INVALID_ARGUMENT' });
      for (const rule of [
        '-j ACCEPT\n-A FORWARD -j ACCEPT',
        '-j ACCEPT\nCOMMIT\n*nat\n-F\nCOMMIT',
        '-j ACCEPT -A FORWARD',
        '-j ACCEPT --modprobe=/bin/true',
        '-m comment --comment "open',
      ])
        expect(() => filter.addRule('guest', rule)).toThrow(invalid);
      for (const name of ['a'.repeat(29 - 'netdev-'.length), 'two words', 'a\n:INPUT', '-F', ''])
        expect(() => filter.addChain(name)).toThrow(invalid);
      expect(() => filter.addChain('a'.repeat(29), { wrap: false })).toThrow(invalid);
      expect(() => filter.addRule('nowhere', '-j ACCEPT')).toThrow(invalid);
      expect(() => filter.addRule('IN\nPUT', '-j ACCEPT', { wrap: false })).toThrow(invalid);
      for (const name of ['br0\n-A', 'br0 -j', '$(reboot)', 'a'.repeat(16)])
        await expect(
          firewall.put({ key: 'b', intents: [{ kind: 'accept-input', interface: name }] }),
        ).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
      await firewall.apply();
      expect(written()).toBe(count);
      expect(await space.save()).toEqual(before);
    });

    it('a jump that leads back, or nowhere, in either family', async () => {
      firewall.iptables.ipv4.filter.addChain('one');
      firewall.iptables.ipv6.filter.addChain('one');
      firewall.iptables.ipv6.filter.addChain('two');
      firewall.iptables.ipv4.filter.addRule('one', '-s 10.0.0.1 -j ACCEPT');
      firewall.iptables.ipv6.filter.addRule('one', '-j $two');
      for (const rule of ['-g $one', '-p tcp --jump netdev-two', '-j $three']) {
        firewall.iptables.ipv6.filter.addRule('two', rule);
        await expect(firewall.apply()).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', field: 'rule' });
        firewall.iptables.ipv6.filter.removeRule('two', rule);
      }
      expect(written()).toBe(0);
      expect((await space.save()).filter(({ chain }) => chain.startsWith('netdev-'))).toEqual([]);
      await firewall.apply();
      expect(written()).toBeGreaterThan(0);
    });

    it('a chain that is not there, though the other family would have it', async () => {
      firewall.iptables.ipv4.filter.addRule('INPUT', '-s 10.0.0.1 -j ACCEPT');
      firewall.iptables.ipv6.filter.addRule('THEIRS', '-j ACCEPT', { wrap: false });
      await space.run(`iptables-${variant}`, '-N', 'THEIRS');
      await expect(firewall.apply()).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', field: 'chain' });
      expect(written()).toBe(0);
    });
  },
);
