import { createRunner } from 'netdev-exec';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createIptablesFirewall, type IptablesFirewall } from '../src/index.js';
import { createLab, type Lab } from './host.js';

describe.each(['nft', 'legacy'] as const)('logDrops, iptables-%s', (variant) => {
  let lab: Lab;
  let firewall: IptablesFirewall;
  const open = () =>
    createIptablesFirewall({
      variant,
      runner: createRunner({ namespace: { name: lab.router } }),
      logDrops: { group: 5, perSecond: 100 },
    });
  const counted = async (tool: string, chain: string): Promise<string[]> =>
    (await lab.run('router', `${tool}-save`, '-c'))
      .split('\n')
      .filter((line) => line.includes(`-A ${chain} `));

  beforeEach(async () => {
    lab = await createLab();
    await lab.run('router', 'sysctl', '-w', 'net/ipv4/ip_forward=1');
    firewall = await open();
  });
  afterEach(async () => {
    await firewall.close();
    await lab.remove();
  });

  it('tells of a packet, then drops it; with the last rule that drops the chain goes', async () => {
    await firewall.put({
      key: 'net',
      intents: [{ kind: 'forward-policy', bridge: 'br-a', policy: 'closed' }],
    });
    await firewall.apply();
    await lab.serve('w1', 80);
    expect(await lab.connect('a1', '203.0.113.1', 80)).toBeUndefined();
    const [told = '', dropped = ''] = await counted(`iptables-${variant}`, 'netdev-drop');
    expect(told).toMatch(/^\[[1-9]\d*:\d+\] .* -j NFLOG --nflog-prefix netdev --nflog-group 5$/);
    expect(dropped).toMatch(/^\[[1-9]\d*:\d+\] -A netdev-drop -j DROP$/);
    expect(await firewall.reconcile()).toMatchObject({ changed: false });
    await firewall.delete('net');
    await firewall.apply();
    expect(await counted(`iptables-${variant}`, 'netdev-drop')).toEqual([]);
    expect(await lab.run('router', `iptables-${variant}-save`)).not.toContain('netdev');
  });

  it('tells of frames; a second group that drops and one that goes leave the chain as it is', async () => {
    const guard = (name: string, port: string) =>
      firewall.put({ key: name, intents: [{ kind: 'dhcp-guard', ports: [port] }] });
    await guard('a', 'p-a1');
    await firewall.apply();
    await guard('b', 'p-a2');
    await firewall.apply();
    await firewall.delete('a');
    await firewall.apply();
    expect(await counted('ebtables-nft', 'netdev-frames-drop')).toHaveLength(2);
    expect(await counted('ebtables-nft', 'netdev-frames-fwd')).toHaveLength(3);
    expect(await firewall.reconcile()).toMatchObject({ changed: false });
    await firewall.clear();
    expect(await counted('ebtables-nft', 'netdev-frames-drop')).toEqual([]);
  });
});

it.each([
  ['logDrops.group', { group: -1 }],
  ['logDrops.group', { group: 65536 }],
  ['logDrops.group', { group: '5; reboot' }],
  ['logDrops.perSecond', { group: 5, perSecond: 3 }],
])('refuses a bad %s', async (field, logDrops) => {
  await expect(createIptablesFirewall({ logDrops: logDrops as never })).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    field,
  });
});
