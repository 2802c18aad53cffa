import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createIptablesFirewall, type IptablesFirewall } from 'firewall-iptables';
import { createMemoryLocks, createRecordingRunner, createRunner, type HostLocks } from 'netdev-exec';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSpaceRunner } from './agent/space-runner.js';
import { everyIntent } from './every-intent.js';
import { createSpace, foreignPart, ownPart, type Space } from './space.js';

const folder = new URL('foreign-rules/', import.meta.url);
const files = readdirSync(fileURLToPath(folder)).filter((file) => file.endsWith('.rules'));

describe.each(['nft', 'legacy'] as const)('iptables-%s', (variant) => {
  let space: Space;
  let firewall: IptablesFirewall;
  const open = (): Promise<IptablesFirewall> =>
    createIptablesFirewall({
      runner: createSpaceRunner(),
      namespace: { name: space.name },
      variant,
      locks: createMemoryLocks(),
    });

  beforeEach(async () => {
    space = await createSpace(variant);
    firewall = await open();
  });
  afterEach(async () => {
    await firewall.close();
    await space.remove();
  });

  it.each(files)(
    'leaves the rules of %s as they are',
    async (file) => {
      const text = readFileSync(new URL(file, folder), 'utf8');
      await space.feed(text, `iptables-${variant}-restore`, '-c', '--noflush');
      const tables = new Set(
        [...text.matchAll(/^\*(\S+)/gm)].map(([, table]) => `iptables-${variant}-save ${table}`),
      );
      const theirs = async (): Promise<string[]> =>
        foreignPart(await space.save(), ['netdev'], tables).filter((line) => !line.includes('198.18.7.7'));
      const loaded = await theirs();
      expect(loaded.map((line) => line.replace(/^iptables-\S+ \S+ /, '')).sort()).toEqual(
        text
          .split('\n')
          .filter((line) => /^[[:]/.test(line))
          .map((line) => (variant === 'legacy' ? line.replace(/^(:.*) \[\d+:\d+\]$/, '$1') : line))
          .sort(),
      );

      await firewall.put({ key: 'all', intents: everyIntent });
      expect((await firewall.apply()).changed).toBe(true);
      expect(await theirs()).toEqual(loaded);
      await firewall.put({ key: 'first', intents: [{ kind: 'accept-input', interface: 'br-z' }] });
      await firewall.put({ key: 'all', intents: everyIntent.slice(9) });
      await firewall.apply();
      const { filter, mangle } = firewall.iptables.ipv4;
      filter.addRule('INPUT', '-s 198.18.7.7 -j ACCEPT', { wrap: false });
      mangle.addRule('FORWARD', '-s 198.18.7.7 -j MARK --set-mark 7', { wrap: false });
      await firewall.apply();
      expect(await space.run(`iptables-${variant}-save`)).toContain('-A FORWARD -s 198.18.7.7');
      expect(await theirs()).toEqual(loaded);
      filter.removeRule('INPUT', '-s 198.18.7.7 -j ACCEPT', { wrap: false });
      mangle.removeRule('FORWARD', '-s 198.18.7.7 -j MARK --set-mark 7', { wrap: false });
      await firewall.apply();
      expect(await theirs()).toEqual(loaded);

      await firewall.close();
      firewall = await open();
      await firewall.put({ key: 'all', intents: everyIntent });
      await firewall.apply();
      expect(await theirs()).toEqual(loaded);
      await firewall.clear();
      expect(await theirs()).toEqual(loaded);
      expect(ownPart(await space.save(), 'netdev')).toEqual([]);
    },
    60_000,
  );

  it('knows every intent again after a restart, so that nothing is planned', async () => {
    for (const [index, intent] of everyIntent.entries()) {
      await firewall.put({ key: 'one', intents: [intent] });
      expect({ index, ...(await firewall.apply()) }).toMatchObject({ index, changed: true });
      const again = await open();
      await again.put({ key: 'one', intents: [intent] });
      expect({ index, ...(await again.apply()) }).toEqual({ index, changed: false, added: 0, removed: 0 });
      await again.close();
    }
  }, 120_000);

  it('takes no lock and starts no program where there is nothing to do', async () => {
    const recorder = createRecordingRunner(createRunner({ namespace: { name: space.name } }));
    let held = 0;
    const inner = createMemoryLocks();
    const locks: HostLocks = {
      hold: (...words) => {
        held += 1;
        return inner.hold(...words);
      },
    };
    const watched = await createIptablesFirewall({ runner: recorder, variant, locks });
    await watched.put({ key: 'all', intents: everyIntent });
    await watched.apply();
    const before = { commands: recorder.commands.length, held };
    expect(before.held).toBe(1);
    await watched.apply();
    await watched.put({ key: 'all', intents: everyIntent });
    await watched.apply();
    await watched.put({ key: 'other', intents: [{ kind: 'accept-input' }] });
    await watched.delete('other');
    expect(await watched.apply()).toEqual({ changed: false, added: 0, removed: 0 });
    await watched.put({ key: 'all', intents: everyIntent.slice(1) });
    await watched.put({ key: 'all', intents: everyIntent });
    expect(await watched.apply()).toEqual({ changed: false, added: 0, removed: 0 });
    expect({ commands: recorder.commands.length, held }).toEqual(before);
    await watched.close();
  });
});
