import { createLinuxNetDev } from 'netdev-linux';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSession } from '../src/driver/session.js';
import { type DirectKernel, directKernel } from './direct-kernel.js';
import { ipAll, ipJson, testNamespace } from './host.js';

const namespace = testNamespace('filtered');
let kernel: DirectKernel;

beforeAll(() => {
  ipAll(
    namespace,
    `link add name br0 type bridge
     link add name br1 type bridge
     link add name p0 master br0 type veth peer name e0
     link add name p1 master br0 type veth peer name e1
     link add name q0 master br1 type veth peer name f0
     tuntap add t0 mode tap
     tuntap add u0 mode tun`,
  );
  kernel = directKernel(namespace);
});
afterAll(() => kernel.close());

it.each([
  [{ info: { kind: 'bridge' } }, ['br0', 'br1']],
  [{ info: { kind: 'tun' } }, ['t0', 'u0']],
  [{ master: 'br0' }, ['p0', 'p1']],
])('the kernel leaves out of a listing what %j does not want', async (filter, wanted) => {
  const indexOf = (name: string): number =>
    ipJson<{ ifindex: number }>(namespace, 'link', 'show', name)[0]?.ifindex ?? -1;
  const request = 'master' in filter ? { master: indexOf(filter.master) } : filter;
  const messages = await createSession(kernel).listLinkMessages(request);
  expect(messages.map(({ name }) => name).sort()).toEqual(wanted);
});

it('lists by kind and bridge as the whole list filtered, names of bridges and peers included', async () => {
  const driver = await createLinuxNetDev({ namespace: { name: namespace } });
  const all = await driver.listLinks();
  for (const filter of [
    ...[
      'veth',
      'bridge',
      'tap',
      'tun',
      'loopback',
      'vlan',
      'no-such-kind',
      'a kind of 40 characters that nobody has',
    ].map((kind) => ({ kind })),
    { master: 'br0' },
    { master: 'br1', kind: 'veth' },
    { master: 'br1', kind: 'tap' },
    { master: 'absent' },
  ] as { kind?: string; master?: string }[]) {
    const wanted = all
      .filter(({ kind }) => filter.kind === undefined || kind === filter.kind)
      .filter(({ master }) => filter.master === undefined || master === filter.master);
    const found = await driver.listLinks(filter);
    expect(found.map(({ statistics: _, ...link }) => link)).toEqual(
      wanted.map(({ statistics: _, ...link }) => link),
    );
  }
  await expect(driver.listLinks({ master: 'a b' })).rejects.toMatchObject({ field: 'master' });
  await driver.close();
});
