import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CONTRACT_VERSION,
  type DhcpDriver,
  findPlugin,
  type Plugin,
  register,
  registeredNames,
  resolve,
} from '../src/index.js';

const slot = Symbol.for('netdev.registry');
const holder = globalThis as { [slot]?: Map<string, unknown> | undefined };

// Packages that other tests of this process import have registered themselves: here none has, and there nothing of this.
const others = holder[slot];
beforeAll(() => {
  holder[slot] = undefined;
});
afterAll(() => {
  holder[slot] = others;
});

const fresh = (): string => `plugin-${randomUUID()}`;
const plugin = (driver: object = {}): Plugin<'dhcp'> => ({
  contract: CONTRACT_VERSION,
  create: async (options) => ({ ...driver, options }) as unknown as DhcpDriver,
});

describe('the plugin lookup', () => {
  it('makes a driver of the registered plugin, with the options given', async () => {
    const name = fresh();
    register('dhcp', name, plugin({ name }));
    expect(await resolve('dhcp', name, { directory: '/run/x' })).toMatchObject({
      name,
      options: { directory: '/run/x' },
    });
    expect(registeredNames('dhcp')).toContain(name);
    expect(registeredNames('netdev')).not.toContain(name);
  });

  it('picks by platform, and says so where it has nothing', async () => {
    const asked: string[] = [];
    const load = async (name: string): Promise<void> => {
      asked.push(name);
      register('dhcp', name, plugin());
    };
    await findPlugin('dhcp', 'auto', { platform: 'freebsd', load });
    expect(asked).toEqual(['dhcp-dnsmasq']);
    await expect(findPlugin('firewall', 'auto', { platform: 'win32' })).rejects.toMatchObject({
      code: 'UNSUPPORTED',
      object: 'win32',
    });
  });

  it('imports a package that nobody registered', async () => {
    const name = fresh();
    const load = async (wanted: string): Promise<void> => register('dhcp', wanted, plugin());
    await expect(findPlugin('dhcp', name, { load })).resolves.toBeDefined();
  });

  it('says what it looked for, what is registered and what to install', async () => {
    register('dhcp', 'present-plugin', plugin());
    const options = { from: '/srv/app' };
    await expect(resolve('dhcp', 'absent-plugin', {}, options)).rejects.toMatchObject({
      code: 'PLUGIN_NOT_FOUND',
      message: expect.stringMatching(
        /^cannot find dhcp plugin "absent-plugin": no such package .* for \/srv\/app; registered: .*present-plugin.*; install it \(npm install absent-plugin\)$/,
      ),
    });
  });

  it('tells a package that registers nothing from one that is missing', async () => {
    await expect(findPlugin('dhcp', fresh(), { load: async () => {} })).rejects.toMatchObject({
      code: 'PLUGIN_NOT_FOUND',
      message: expect.stringMatching(/registered no dhcp plugin of this name; registered: (?!.*npm install)/),
    });
  });

  it('tells a plugin of another kind', async () => {
    const load = async (wanted: string): Promise<void> => register('dhcp', wanted, plugin());
    await expect(findPlugin('firewall', fresh(), { load })).rejects.toMatchObject({
      code: 'PLUGIN_NOT_FOUND',
      message: expect.stringContaining('the package was imported, and is a dhcp plugin; registered: none;'),
    });
  });

  it.each(['firewal', 'constructor', undefined])(
    'refuses %j as a kind, and says which there are',
    async (kind) => {
      const refused = {
        code: 'INVALID_ARGUMENT',
        field: 'kind',
        message: expect.stringContaining('netdev, firewall, dhcp'),
      };
      await expect(resolve(kind as 'firewall')).rejects.toMatchObject(refused);
      expect(() => register(kind as 'dhcp', fresh(), plugin())).toThrow(expect.objectContaining(refused));
    },
  );

  it('reports a package that breaks on import, with the cause', async () => {
    const cause = new TypeError('boom');
    const load = async (): Promise<never> => {
      throw cause;
    };
    await expect(findPlugin('dhcp', fresh(), { load })).rejects.toMatchObject({
      code: 'PLUGIN_LOAD_FAILED',
      detail: 'boom',
      cause,
    });
  });

  it('refuses another contract version at registration', () => {
    for (const contract of ['2.0', '0.9', '', 'x', undefined as unknown as string]) {
      expect(() => register('dhcp', fresh(), { ...plugin(), contract })).toThrow(
        expect.objectContaining({ code: 'PLUGIN_CONTRACT' }),
      );
    }
    expect(() => register('dhcp', fresh(), { ...plugin(), contract: '1.99' })).not.toThrow();
  });

  it('uses no plugin that another copy of this package registered for other contracts', async () => {
    const name = fresh();
    register('dhcp', name, plugin());
    holder[slot]?.set(`dhcp ${name}`, { ...plugin(), contract: '2.0' });
    await expect(findPlugin('dhcp', name)).rejects.toMatchObject({
      code: 'PLUGIN_CONTRACT',
      message: expect.stringContaining('it was built for contract 2.0'),
    });
    holder[slot]?.delete(`dhcp ${name}`);
  });

  it('hands on what register of another copy of this package says of the contract', async () => {
    const name = fresh();
    const load = async (wanted: string): Promise<void> =>
      register('dhcp', wanted, { ...plugin(), contract: '2.0' });
    await expect(findPlugin('dhcp', name, { load })).rejects.toMatchObject({ code: 'PLUGIN_CONTRACT' });
  });

  it("takes the words of Plug'n'Play for a missing package", async () => {
    const load = async (wanted: string): Promise<never> => {
      const message = `Your application tried to access ${wanted}, but it isn't declared in your dependencies`;
      throw Object.assign(new Error(message), { code: 'MODULE_NOT_FOUND' });
    };
    await expect(findPlugin('dhcp', fresh(), { load })).rejects.toMatchObject({ code: 'PLUGIN_NOT_FOUND' });
  });

  it.each([
    '',
    '../evil',
    'a/../../evil',
    '/etc/passwd',
    'file:///x.js',
    'a b',
    'A',
    'node:fs',
    'a\nb',
    null,
    42,
  ])('never imports %j', async (value) => {
    const name = value as string;
    const load = async (): Promise<never> => expect.unreachable();
    await expect(findPlugin('dhcp', name, { load })).rejects.toMatchObject({
      code: 'PLUGIN_NOT_FOUND',
      message: expect.stringMatching(
        /^cannot find dhcp plugin .*: this is no package name; (?!.*npm install).*$/,
      ),
    });
    expect(() => register('dhcp', name, plugin())).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }),
    );
  });
});
