import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseEntries, readBridgeConfig } from '../../src/dhcpbridge/bridge-config.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bridge-config-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function read(...texts: string[]) {
  const files = texts.map((_, index) => join(folder, `${index}.json`));
  for (const [index, text] of texts.entries()) await writeFile(files[index] ?? '', text);
  return readBridgeConfig(files);
}

describe('the configuration', () => {
  it('has defaults, and paths that begin where the file is', async () => {
    expect(await read('{"handler":"leases.js"}')).toEqual({
      target: { handler: join(folder, 'leases.js') },
      stateDirectory: '/var/lib/nova/dhcpbridge',
      timeoutMs: 5000,
      waitMs: 1000,
      leaseTime: 86400,
    });
  });

  it('is laid over by later files', async () => {
    const texts = [
      '{"socket":"/run/a","timeoutMs":700}',
      '{"socket":"/run/b","waitMs":0,"stateDirectory":"/s","leaseTime":600}',
    ];
    expect(await read(...texts)).toEqual({
      target: { socket: '/run/b' },
      stateDirectory: '/s',
      timeoutMs: 700,
      waitMs: 0,
      leaseTime: 600,
    });
  });

  it.each([
    ['{}', /undefined is not a configuration with one of handler and socket/],
    ['{"handler":"a","socket":"b"}', /"both" is not a configuration with one of handler and socket/],
  ])('needs one receiver: %s', async (text, message) => {
    await expect(read(text)).rejects.toThrow(message);
  });

  it.each([
    ['', /is not JSON/],
    ['[DEFAULT]\nx=1', /is not JSON/],
    ['[]', /is not a JSON object/],
    ['null', /is not a JSON object/],
    ['{"hander":"a"}', /\/f: hander: "a" is not known; there are handler, socket/],
    ['{"constructor":"a"}', /\/f: constructor: "a" is not known/],
    ['{"handler":7}', /\/f: handler: 7 is not a path/],
    ['{"socket":""}', /\/f: socket: "" is not a path/],
    ['{"stateDirectory":null}', /\/f: stateDirectory: null is not a path/],
    ['{"timeoutMs":"5"}', /\/f: timeoutMs: "5" is not a whole number from 100 to 60000/],
    ['{"timeoutMs":60001}', /is not a whole number from 100 to 60000/],
    ['{"leaseTime":1.5}', /\/f: leaseTime: 1.5 is not a whole number/],
  ])('is refused: %s', (text, message) => {
    expect(() => parseEntries(text, '/f')).toThrow(message);
  });

  it('says which file is missing, and what names it', async () => {
    await expect(readBridgeConfig([join(folder, 'none')])).rejects.toMatchObject({
      code: 'PLATFORM',
      errno: 'ENOENT',
      object: join(folder, 'none'),
      hint: expect.stringContaining('dhcpbridge_flagfile'),
    });
  });
});
