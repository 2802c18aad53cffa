import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { MissingToolError, PlatformError } from 'netdev-core';
import { createHostFiles, createRunner, type Runner } from 'netdev-exec';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Lab, mac, makeLab, network } from './lab.js';

let lab: Lab;
beforeEach(async () => {
  lab = await makeLab();
});
afterEach(() => lab.close());

const second = '02:00:00:00:00:02';
const become = (address: string): Promise<string> =>
  lab.guest('ip', 'link', 'set', 'eth0', 'address', address);
const folder = (): string => `${lab.directory}/servers/lab`;

it('answers DNS at the address of the server alone', async () => {
  await lab.host('ip', 'address', 'add', '10.0.0.2/24', 'dev', 'br0');
  await lab.dhcp.ensure(network);
  expect(await lab.lease()).toMatchObject({ ip: '10.0.0.11', serverid: '10.0.0.1' });
  expect(await lab.ask('web')).toEqual(['10.0.0.11']);
  expect(await lab.ask('web', '10.0.0.2')).toEqual([]);
});

it('forgets a removed host: its name is gone, and its address free for the next at once', async () => {
  await lab.dhcp.ensure(network);
  await lab.lease();
  const pid = await lab.pid();
  const next = { mac: second, address: '10.0.0.11', hostname: 'other' };
  expect(await lab.dhcp.ensure({ ...network, hosts: [next] })).toEqual({ change: 'reloaded' });
  expect(await lab.pid()).toBe(pid);
  expect(await lab.dhcp.leases('lab')).toEqual([]);
  await lab.guest('ip', 'address', 'replace', '10.0.0.50/24', 'dev', 'eth0');
  expect(await lab.ask('web')).toEqual([]);
  await become(second);
  expect(await lab.lease()).toMatchObject({ ip: '10.0.0.11' });
});

it('lets two hosts change their addresses while both hold their leases', async () => {
  const hosts = (first: string, other: string) => [
    { mac, address: first, hostname: 'web' },
    { mac: second, address: other, hostname: 'db' },
  ];
  await lab.dhcp.ensure({ ...network, hosts: hosts('10.0.0.11', '10.0.0.12') });
  const asks = async (address: string) => {
    await become(address);
    return (await lab.lease())?.ip;
  };
  expect([await asks(mac), await asks(second)]).toEqual(['10.0.0.11', '10.0.0.12']);
  expect(await lab.dhcp.ensure({ ...network, hosts: hosts('10.0.0.12', '10.0.0.11') })).toEqual({
    change: 'reloaded',
  });
  expect([await asks(mac), await asks(second)]).toEqual(['10.0.0.12', '10.0.0.11']);
  expect(await lab.ask('web')).toEqual(['10.0.0.12']);
});

it('forgets removed hosts while it is down and by a restart too, and keeps the leases of the others', async () => {
  const other = { mac: second, address: '10.0.0.12', hostname: 'db' };
  await lab.dhcp.ensure({ ...network, hosts: [...(network.hosts ?? []), other] });
  await lab.lease();
  await become(second);
  await lab.lease();
  expect(await lab.dhcp.leases('lab')).toHaveLength(2);
  expect(await lab.dhcp.ensure({ ...network, hosts: [other], leaseTime: 700 })).toEqual({
    change: 'restarted',
  });
  expect(await lab.dhcp.leases('lab')).toMatchObject([{ address: '10.0.0.12' }]);

  process.kill(await lab.pid(), 'SIGKILL');
  await expect.poll(async () => (await lab.dhcp.list())[0]?.running).toBe(false);
  expect(await lab.dhcp.release('lab', '10.0.0.12')).toBe(true);
  expect(await lab.dhcp.leases('lab')).toEqual([]);
  expect(await lab.dhcp.ensure({ ...network, leaseTime: 700 })).toEqual({ change: 'started' });
});

it('forgets removed hosts and releases leases without dhcp_release too, by a restart, and tells of it', async () => {
  const withoutTool = (runner: Runner): Runner => ({
    ...runner,
    run: async (argv, options) => {
      if (argv[0] !== 'dhcp_release') return runner.run(argv, options);
      throw new MissingToolError('dhcp_release', { operation: 'run', object: 'dhcp_release' });
    },
    inNamespace: (namespace) => withoutTool(runner.inNamespace(namespace)),
  });
  const dhcp = await lab.open({ runner: withoutTool(createRunner()) });
  await dhcp.ensure(network);
  const events = dhcp.events('lab')[Symbol.asyncIterator]();
  const nextType = async (): Promise<unknown> => (await events.next()).value?.type;
  await lab.lease();
  expect(await dhcp.release('lab', '10.0.0.11')).toBe(true);
  expect(await dhcp.leases('lab')).toEqual([]);
  await lab.lease();
  expect(await dhcp.ensure({ ...network, hosts: [] })).toEqual({ change: 'restarted' });
  expect(await dhcp.leases('lab')).toEqual([]);
  for (const type of ['added', 'removed', 'added', 'removed']) expect(await nextType()).toBe(type);
  await dhcp.close();
});

it('lets no guest take the name of another, or the one of a proxy', async () => {
  await lab.dhcp.ensure({ ...network, ranges: [{ first: '10.0.0.100', last: '10.0.0.109' }] });
  await become(second);
  expect(await lab.lease(6, '-x', 'hostname:web')).toMatchObject({ ip: expect.stringMatching(/\.10\d$/) });
  expect(await lab.ask('web')).toEqual(['10.0.0.11']);
  expect(await lab.lease(6, '-x', 'hostname:wpad')).toBeDefined();
  expect(await lab.ask('wpad.lab.example')).toEqual([]);
  const own = await lab.lease(6, '-x', 'hostname:printer');
  expect(await lab.ask('printer.lab.example')).toEqual([own?.ip]);
});

it('leaves no process behind when it is removed', async () => {
  await lab.dhcp.ensure(network);
  const running = async (): Promise<number> => {
    const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
    const lines = await Promise.all(
      pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
    );
    return lines.filter((line) => line.includes(`${folder()}/dnsmasq.conf`)).length;
  };
  // The server, and the process of it that runs the script of events.
  expect(await running()).toBe(2);
  await lab.lease();
  await lab.dhcp.remove('lab');
  await expect.poll(running).toBe(0);

  await lab.dhcp.ensure(network);
  process.kill(await lab.pid(), 'SIGKILL');
  await expect.poll(running).toBe(0);
});

it('has reloaded when it says so', async () => {
  // So many names that it takes the server longer to read them than this to look.
  const names = (turn: number) =>
    Array.from({ length: 20_000 }, (_, n) => ({ name: `name${turn}-${n}`, address: '10.0.0.1' }));
  const timesRead = async (): Promise<number> =>
    (await readFile(`${folder()}/log`, 'utf8')).split(`read ${folder()}/options\n`).length - 1;
  await lab.dhcp.ensure({ ...network, names: names(0) });
  for (let turn = 1; turn <= 3; turn++) {
    const before = await timesRead();
    expect(await lab.dhcp.ensure({ ...network, names: names(turn) })).toEqual({ change: 'reloaded' });
    expect(await timesRead()).toBe(before + 1);
  }
  await lab.guest('ip', 'address', 'add', '10.0.0.50/24', 'dev', 'eth0');
  expect(await lab.ask('name3-19999')).toEqual(['10.0.0.1']);
  expect(await lab.ask('name2-19999')).toEqual([]);
});

it('has learned of a host when it says so, reads nothing else for it, and forgets no exchange', async () => {
  await lab.dhcp.ensure(network);
  const pid = await lab.pid();
  const log = async (): Promise<string> => readFile(`${folder()}/log`, 'utf8');
  const before = await log();
  for (let number = 20; number < 30; number++) {
    const host = { mac: `02:00:00:00:01:${number}`, address: `10.0.0.${number}`, hostname: `h${number}` };
    expect(await lab.dhcp.ensureHost('lab', host)).toEqual({ change: 'added' });
    await become(host.mac);
    expect(await lab.lease()).toMatchObject({ ip: host.address });
    expect(await lab.ask(host.hostname)).toEqual([host.address]);
  }
  const since = (await log()).slice(before.length);
  expect(since).not.toContain(`read ${folder()}/hosts\n`);
  expect(since).not.toContain('duplicate');
  expect(await lab.pid()).toBe(pid);

  // All in one file again, and nobody is forgotten.
  expect(await lab.dhcp.removeHost('lab', { mac: '02:00:00:00:01:20' })).toEqual({ change: 'reloaded' });
  expect(await readdir(`${folder()}/hosts.d`)).toEqual([]);
  expect(await readdir(`${folder()}/names.d`)).toEqual([]);
  expect(await lab.ask('h20')).toEqual([]);
  expect(await lab.ask('h29')).toEqual(['10.0.0.29']);
  expect(await log()).not.toContain('duplicate');
  expect((await lab.dhcp.leases('lab')).map(({ address }) => address)).not.toContain('10.0.0.20');

  // A new server begins with all of them.
  await lab.dhcp.ensureHost('lab', { mac: second, address: '10.0.0.40' });
  process.kill(await lab.pid(), 'SIGKILL');
  await expect.poll(async () => (await lab.dhcp.list())[0]?.running).toBe(false);
  expect(await lab.dhcp.ensureHost('lab', { mac: second, address: '10.0.0.40' })).toEqual({
    change: 'started',
  });
  await become(second);
  expect(await lab.lease()).toMatchObject({ ip: '10.0.0.40' });
});

it('leaves everything as it was when a host cannot be written', async () => {
  await lab.dhcp.ensure(network);
  const files = createHostFiles();
  const dhcp = await lab.open({
    files: {
      ...files,
      write: async (path, text, options) => {
        if (path.includes('/hosts.d/')) throw new PlatformError({ operation: 'write', object: path });
        await files.write(path, text, options);
      },
    },
  });
  const host = { mac: second, address: '10.0.0.12', hostname: 'db' };
  await expect(dhcp.ensureHost('lab', host)).rejects.toMatchObject({ code: 'PLATFORM' });
  expect(await readdir(`${folder()}/names.d`)).toEqual([]);
  expect(await lab.ask('db')).toEqual([]);
  expect(await lab.dhcp.ensure(network)).toEqual({ change: 'none' });
  await dhcp.close();
  expect(await lab.dhcp.ensureHost('lab', host)).toEqual({ change: 'added' });
});

it('does not run a server that cannot read its files, and says why', async () => {
  // Where there is no other user to change to, it can read them.
  const staysRoot = (await readFile('/proc/self/setgroups', 'utf8')).trim() === 'deny';
  const keeper = await lab.open({ privileges: 'keep' });
  const before = process.umask(0o077);
  try {
    const outcome = await lab.dhcp.ensure(network).catch((error) => error);
    if (staysRoot) expect(outcome).toEqual({ change: 'started' });
    else {
      expect(outcome).toMatchObject({
        code: 'PERMISSION_DENIED',
        detail: expect.stringContaining('Permission denied'),
        hint: expect.stringContaining('umask'),
      });
      expect(await lab.dhcp.list()).toEqual([]);
      expect(await readdir(`${lab.directory}/servers`)).toEqual([]);
    }
    await keeper.ensure(network);
    expect(await lab.lease()).toMatchObject({ ip: '10.0.0.11' });
  } finally {
    process.umask(before);
    await keeper.close();
  }
});

it('refuses a bad option of a single host with the words of dnsmasq, and changes nothing', async () => {
  await lab.dhcp.ensure(network);
  const pid = await lab.pid();
  const host = {
    mac,
    address: '10.0.0.11',
    hostname: 'web',
    options: [{ option: 'no-such-option', values: ['1'] }],
  };
  await expect(lab.dhcp.ensure({ ...network, hosts: [host] })).rejects.toMatchObject({
    code: 'PLATFORM',
    detail: expect.stringContaining('bad dhcp-option at line'),
    hint: expect.stringContaining('option:no-such-option,1'),
  });
  expect(await lab.dhcp.ensure(network)).toEqual({ change: 'none' });
  expect(await lab.pid()).toBe(pid);
});

it('hands out option values that would be syntax in a file', async () => {
  const value = 'a "b" #c\\d';
  await lab.dhcp.ensure({ ...network, options: [{ option: 'bootfile-name', values: [value] }] });
  expect(await lab.lease()).toMatchObject({ bootfile: value });
});

it('leaves the former server running when the next one cannot start', async () => {
  await lab.dhcp.ensure(network);
  await lab.lease();
  // It passes the check of the configuration, which does not look for devices.
  await expect(lab.dhcp.ensure({ ...network, interface: 'nope0' })).rejects.toMatchObject({
    code: 'PLATFORM',
    detail: expect.stringContaining('unknown interface nope0'),
    left: [],
  });
  expect(await lab.dhcp.ensure(network)).toEqual({ change: 'none' });
  expect(await lab.dhcp.leases('lab')).toHaveLength(1);
  expect(await lab.lease()).toMatchObject({ ip: '10.0.0.11' });
});

it('leaves no file of a server that never ran, and says what is in the way', async () => {
  await lab.dhcp.ensure(network);
  await expect(lab.dhcp.ensure({ ...network, key: 'twin' })).rejects.toMatchObject({
    code: 'PLATFORM',
    detail: expect.stringContaining('Address already in use'),
  });
  await lab.host('ip', 'address', 'delete', '10.0.0.1/24', 'dev', 'br0');
  await expect(lab.dhcp.ensure({ ...network, key: 'third' })).rejects.toMatchObject({
    detail: expect.stringContaining('10.0.0.1: Cannot assign requested address'),
  });
  expect(await readdir(`${lab.directory}/servers`)).toEqual(['lab']);
});

it('finishes what a program that ended half-way had begun', async () => {
  await lab.dhcp.ensure(network);
  const pid = await lab.pid();
  // Files are written, but the server was not told.
  const hosts = await readFile(`${folder()}/hosts`, 'utf8');
  const more = [...(network.hosts ?? []), { mac: second, address: '10.0.0.12' }];
  await writeFile(`${folder()}/hosts`, `${hosts}${second},10.0.0.12\n`);
  expect(await lab.dhcp.ensure({ ...network, hosts: more })).toEqual({ change: 'reloaded' });
  expect(await lab.pid()).toBe(pid);
  await become(second);
  expect(await lab.lease()).toMatchObject({ ip: '10.0.0.12' });

  const config = await readFile(`${folder()}/dnsmasq.conf`, 'utf8');
  await writeFile(`${folder()}/dnsmasq.conf`, config.replace('600s', '700s'));
  expect(await lab.dhcp.ensure({ ...network, hosts: more, leaseTime: 700 })).toEqual({ change: 'restarted' });
  expect(await lab.lease()).toMatchObject({ lease: '700' });
});

it('finds the server that a killed program had started and not noted yet', async () => {
  await lab.dhcp.ensure(network);
  await lab.lease();
  const pid = await lab.pid();
  await rm(`${folder()}/pid`);
  expect(await lab.dhcp.ensure(network)).toEqual({ change: 'started' });
  expect(await lab.pid()).not.toBe(pid);
  expect(await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).toBe('');
  expect(await lab.dhcp.leases('lab')).toMatchObject([{ address: '10.0.0.11', mac }]);
});

it('leaves alone the server of another container, which has a file of the same name', async () => {
  await lab.dhcp.ensure(network);
  const [servers, kept] = [`${lab.directory}/servers`, `${lab.directory}/kept`];
  await lab.host('cp', '-a', servers, kept);
  await lab.dhcp.remove('lab');
  const word = `--conf-file=${folder()}/dnsmasq.conf`;
  const contained = `mount -t tmpfs tmpfs ${servers} && cp -a ${kept}/. ${servers} && dnsmasq ${word}`;
  await lab.host('unshare', '--mount', 'sh', '-c', contained);
  const pid = (await lab.host('pgrep', '-o', '-f', '--', word)).trim();
  try {
    await expect(lab.dhcp.ensure(network)).rejects.toMatchObject({
      code: 'PLATFORM',
      detail: expect.stringContaining('already in use'),
    });
    expect(await readFile(`/proc/${pid}/cmdline`, 'utf8')).toContain(word);
  } finally {
    await lab.host('kill', pid);
  }
});

it('passes over what else lies in its directory', async () => {
  await lab.dhcp.ensure(network);
  for (const name of ['%zz', 'other', '..x']) await mkdir(`${lab.directory}/servers/${name}`);
  await writeFile(`${lab.directory}/servers/file`, '');
  await writeFile(`${lab.directory}/servers/other/network.json`, await readFile(`${folder()}/network.json`));
  await writeFile(`${lab.directory}/servers/%zz/network.json`, 'null');
  expect(await lab.dhcp.list()).toMatchObject([{ key: 'lab', running: true }]);
});

it('takes calls in any order at once, and none after it is closed', async () => {
  const changes = await Promise.all([1, 2, 3].map(() => lab.dhcp.ensure(network)));
  expect(changes.map(({ change }) => change)).toEqual(['started', 'none', 'none']);
  await expect(lab.dhcp.ensure(network, { signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: 'ABORTED',
  });
  const other = await lab.open();
  await other.close();
  for (const call of [
    () => other.ensure(network),
    () => other.remove('lab'),
    () => other.list(),
    () => other.leases('lab'),
    () => other.release('lab', '10.0.0.11'),
  ]) {
    await expect(call()).rejects.toMatchObject({ code: 'CLOSED' });
  }
  expect(() => other.events()).toThrow(expect.objectContaining({ code: 'CLOSED' }));
});
