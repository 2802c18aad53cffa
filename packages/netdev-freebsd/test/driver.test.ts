import { createFreeBsdHost } from 'netdev-conformance/freebsd';
import { createAnsweringRunner } from 'netdev-exec';
import { describe, expect, it } from 'vitest';
import { createFreeBsdNetDev } from '../src/index.js';
import { simulatedDriver } from './simulated.js';

const commandsOf = (seen: string[]) => ({
  onCommand: (argv: readonly string[]) => seen.push(argv.join(' ')),
});
const changes = (seen: readonly string[]) =>
  seen.filter((line) => !/^(?:netstat|ifconfig -a|jls|sysctl -)/.test(line));

describe('netdev-freebsd', () => {
  it('sets neighbours of link-local addresses, and refuses one on a link of whose network it is not', async () => {
    const { driver } = await simulatedDriver();
    for (const name of ['br100', 'br200']) await driver.createLink({ kind: 'bridge', name, up: true });
    await driver.ensureAddress({ link: 'br100', cidr: '192.0.2.10/24' });
    await driver.ensureAddress({ link: 'br200', cidr: '2001:db8::1/64' });
    const mac = '02:00:5e:10:00:0f';
    const { value } = await driver.ensureNeighbour({ link: 'br200', address: 'fe80::9', mac });
    expect(await driver.listNeighbours()).toEqual([value]);
    await expect(driver.ensureNeighbour({ link: 'br200', address: '192.0.2.9', mac })).rejects.toMatchObject({
      code: 'PLATFORM',
      detail: expect.stringContaining('not there on br200'),
    });
    expect(await driver.listNeighbours()).toEqual([value]);
    expect(await driver.deleteNeighbour('br200', 'fe80::9')).toBe(true);
    expect(await driver.listNeighbours()).toEqual([]);
  });

  it('tells of a link that got another name, and not anew of its addresses, routes and neighbours', async () => {
    const { driver } = await simulatedDriver();
    await driver.createLink({ kind: 'bridge', name: 'br100', up: true });
    await driver.ensureAddress({ link: 'br100', cidr: '192.0.2.10/24' });
    await driver.ensureRoute({ destination: '203.0.113.0/24', via: '192.0.2.1' });
    await driver.ensureNeighbour({ link: 'br100', address: '192.0.2.9', mac: '02:00:5e:10:00:0f' });
    const events = driver.watch()[Symbol.asyncIterator]();
    const first = events.next();
    await driver.updateLink('br100', { name: 'br200' });
    expect((await first).value).toMatchObject({ type: 'link-changed', link: { name: 'br200' } });
    await driver.deleteNeighbour('br200', '192.0.2.9');
    expect((await events.next()).value).toMatchObject({
      type: 'neighbour-removed',
      neighbour: { link: 'br200', address: '192.0.2.9' },
    });
    await events.return?.();
  });

  it('makes a device in steps of which each can fail alone, and knows a tap’s own number', async () => {
    const seen: string[] = [];
    const { driver } = await simulatedDriver(commandsOf(seen));
    await driver.createLink({ kind: 'bridge', name: 'br100', mac: '02:00:00:00:01:00', up: true });
    await driver.createLink({ kind: 'tap', name: 'tap7', master: 'br100', isolated: true, mtu: 1450 });
    expect(changes(seen)).toEqual([
      'ifconfig bridge create',
      'ifconfig bridge0 name br100',
      'ifconfig br100 ether 02:00:00:00:01:00',
      'ifconfig br100 up',
      'ifconfig tap7 create',
      'ifconfig tap7 mtu 1450',
      'ifconfig br100 addm tap7',
      'ifconfig br100 private tap7',
    ]);
    expect(await driver.getLink('br100')).toMatchObject({
      mtu: 1450,
      statistics: { rxBytes: 0n, txDropped: 0n },
    });
  });

  it('destroys what it made when the name is taken in between, and says which', async () => {
    const host = createFreeBsdHost();
    const runner = createAnsweringRunner(({ argv }) => {
      // Somebody else is faster.
      if (argv.join(' ') === 'ifconfig bridge0 name br100')
        host.run(['ifconfig', 'bridge', 'create', 'name', 'br100']);
      return host.run(argv);
    });
    const driver = await createFreeBsdNetDev({ runner });
    await expect(driver.createLink({ kind: 'bridge', name: 'br100' })).rejects.toMatchObject({
      code: 'DEVICE_EXISTS',
    });
    expect(host.run(['ifconfig', '-l']).stdout).toBe('lo0 br100\n');
  });

  it('says what is left when a step cannot be taken back', async () => {
    const host = createFreeBsdHost();
    const runner = createAnsweringRunner(({ argv }) => {
      if (/ mtu | destroy$/.test(argv.join(' '))) return { exitCode: 1, stderr: 'ifconfig: no\n' };
      return host.run(argv);
    });
    const driver = await createFreeBsdNetDev({ runner });
    await expect(driver.createLink({ kind: 'tap', name: 'tap-g1', mtu: 1400 })).rejects.toMatchObject({
      code: 'PARTIAL',
      left: ['tap0'],
    });
  });

  it('does not believe an exit status of 0', async () => {
    const host = createFreeBsdHost();
    const runner = createAnsweringRunner(({ argv }) =>
      argv.includes('ether') ? { exitCode: 0 } : host.run(argv),
    );
    const driver = await createFreeBsdNetDev({ runner });
    const spec = { kind: 'tap', name: 'tap-g1', mac: '02:00:5e:10:00:01' } as const;
    await expect(driver.createLink(spec)).rejects.toThrow(/mac is .* after it was set to 02:00:5e:10:00:01/);
    expect(host.run(['ifconfig', '-l']).stdout).toBe('lo0\n');
  });

  it('refuses what would lose addresses, or change the MTU of a port', async () => {
    const { driver, host } = await simulatedDriver();
    host.addCard('em0', '00:0c:29:aa:bb:cc');
    await driver.createLink({ kind: 'bridge', name: 'br100', up: true });
    await driver.ensureAddress({ link: 'em0', cidr: '2001:db8::5/64', skipDuplicateDetection: true });
    await driver.ensureAddress({ link: 'br100', cidr: 'fe80::1/64', skipDuplicateDetection: true });
    await expect(driver.updateLink('em0', { master: 'br100' })).rejects.toThrow(/would lose 2001:db8::5/);
    await driver.createLink({ kind: 'tap', name: 'tap-g1', master: 'br100' });
    await expect(driver.updateLink('tap-g1', { mtu: 1400 })).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    await expect(driver.deleteLink('em0')).rejects.toMatchObject({ code: 'PLATFORM', errno: 'EINVAL' });
  });

  it('moves an uplink’s addresses and default route to its bridge', async () => {
    const { driver, host } = await simulatedDriver();
    host.addCard('em0', '00:0c:29:aa:bb:cc');
    await driver.ensureAddress({ link: 'em0', cidr: '192.0.2.10/24' });
    await driver.ensureRoute({ destination: 'default', via: '192.0.2.1' });
    await driver.createLink({ kind: 'bridge', name: 'br100', up: true });
    await driver.updateLink('em0', { master: 'br100' });
    await driver.moveLayer3('em0', 'br100');
    expect(host.run(['netstat', '-rn', '-f', 'inet']).stdout).toMatch(/default +192\.0\.2\.1 +UGS +br100/);
  });

  it('announces by adding the address once more, and what followed it in its order', async () => {
    const seen: string[] = [];
    const { driver } = await simulatedDriver(commandsOf(seen));
    await driver.createLink({ kind: 'tap', name: 'tap0', up: true });
    for (const cidr of ['192.0.2.1/24', '203.0.113.5/32']) await driver.ensureAddress({ link: 'tap0', cidr });
    await driver.ensureRoute({ destination: 'default', via: '192.0.2.254' });
    seen.length = 0;
    await driver.announceAddress('tap0', '192.0.2.1');
    expect(changes(seen)).toEqual([
      'ifconfig tap0 inet 192.0.2.1/24 broadcast 192.0.2.255 alias',
      'ifconfig tap0 inet 203.0.113.5/32 alias',
      'route -n add default 192.0.2.254',
    ]);
    await expect(driver.announceAddress('tap0', '192.0.2.77')).rejects.toMatchObject({ code: 'UNSUPPORTED' });
  });

  it('works in a jail, and takes a link from one jail to another by way of the host', async () => {
    const { driver } = await simulatedDriver();
    for (const name of ['red', 'blue']) await driver.createNamespace(name);
    const red = await driver.inNamespace({ name: 'red' });
    await red.createLink({ kind: 'tap', name: 'tap-g1', up: true });
    await red.moveLink('tap-g1', { name: 'blue' });
    const blue = await driver.inNamespace({ name: 'blue' });
    // The host has an epair0b, which the jail's own would meet on its way.
    await driver.createLink({ kind: 'veth', name: 'epair0a', peer: { name: 'epair0b' } });
    const peer = { name: 'eth0', up: true, namespace: { name: 'blue' } };
    await red.createLink({ kind: 'veth', name: 'port0', peer });
    expect((await blue.getLink('eth0')).kind).toBe('veth');
    expect((await blue.getLink('tap-g1')).up).toBe(false);
    expect(await red.linkExists('tap-g1')).toBe(false);
    await driver.deleteNamespace('red');
    expect(await blue.linkExists('eth0')).toBe(false);
    await expect(driver.inNamespace({ pid: 7 })).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    await expect(driver.createNamespace('a.b')).rejects.toMatchObject({ code: 'UNSUPPORTED' });
  });

  it('refuses the names of cloners, which would be in the way of every other device', async () => {
    const { driver } = await simulatedDriver();
    for (const name of ['bridge', 'tap', 'epair', 'vlan']) {
      await expect(driver.createLink({ kind: 'tap', name })).rejects.toMatchObject({ field: 'name' });
      await expect(driver.createLink({ kind: 'veth', name: 'port0', peer: { name } })).rejects.toMatchObject({
        field: 'peer.name',
      });
    }
    await driver.createLink({ kind: 'tap', name: 'tap-g1' });
    await expect(driver.updateLink('tap-g1', { name: 'vlan' })).rejects.toMatchObject({ field: 'name' });
  });

  it('is for FreeBSD, unless somebody else runs its commands', async () => {
    await expect(createFreeBsdNetDev()).rejects.toThrow(`this is ${process.platform}`);
    const without = createAnsweringRunner(() => ({ exitCode: 0 }));
    const driver = await createFreeBsdNetDev({ runner: without });
    expect(driver.capabilities.has('namespaces')).toBe(false);
  });
});
