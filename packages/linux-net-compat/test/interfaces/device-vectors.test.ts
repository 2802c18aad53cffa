import { readFile } from 'node:fs/promises';
import { createMemoryHost } from 'netdev-conformance';
import { isNetDevError } from 'netdev-core';
import { describe, expect, it } from 'vitest';
import type { LinuxNetConf } from '../../src/conf/linux-net-conf.js';
import { createContext } from '../../src/create-context.js';
import { deviceFunctions } from '../../src/linux-net/device-functions.js';
import { legacyDeviceFunctions } from '../../src/linux-net/legacy-devices.js';
import { type Reply, replyingRunner } from '../support/replying-runner.js';

interface DeviceVector {
  name: string;
  conf: Partial<LinuxNetConf>;
  host: { devices: string[]; replies: Reply[] };
  calls: { fn: string; args: string[]; returns: unknown; raises?: string }[];
  commands: { argv: string[] }[];
  devices_after?: string[];
}

/** Programs that the original made devices with; here the driver does, and the state that results counts. */
const DEVICE_PROGRAMS = ['ip', 'brctl', 'tunctl'];

const text = await readFile(new URL('../data/public-devices.json', import.meta.url), 'utf8');
const names = Object.keys(legacyDeviceFunctions(deviceFunctions(createContext())));
const vectors = (JSON.parse(text) as DeviceVector[]).filter(
  ({ calls, host }) =>
    calls.every(({ fn }) => names.includes(fn)) &&
    !host.replies.some(({ match }) => DEVICE_PROGRAMS.includes(match[0] ?? '')),
);

async function play(vector: DeviceVector) {
  const commands: string[][] = [];
  const netdev = await createMemoryHost().netdev();
  const needed = vector.calls.filter(({ fn }) => /mtu|create_ovs/.test(fn));
  const present = [...vector.host.devices, ...needed.map(({ fn, args }) => args[/ovs/.test(fn) ? 1 : 0])];
  for (const name of new Set(present)) {
    if (name !== undefined) await netdev.createLink({ kind: name.startsWith('br') ? 'bridge' : 'tap', name });
  }
  const context = createContext({
    conf: vector.conf,
    faults: 'keep',
    netdev,
    runner: replyingRunner(vector.host.replies, commands),
  });
  const functions: Record<string, (...args: never[]) => unknown> = legacyDeviceFunctions(
    deviceFunctions(context),
  );
  const results: { returns: unknown; raises: string | undefined }[] = [];
  for (const { fn, args } of vector.calls) {
    try {
      results.push({ returns: (await functions[fn]?.(...(args as never[]))) ?? null, raises: undefined });
    } catch (error) {
      if (!isNetDevError(error)) throw error;
      const raises = error.code === 'COMMAND_FAILED' ? 'ProcessExecutionError' : error.name;
      results.push({ returns: null, raises });
    }
  }
  return { results, commands, links: await netdev.listLinks() };
}

/** What the recorded `ip link set` commands leave: of each device what was set last. */
function settings(commands: readonly { argv: string[] }[], devices: readonly string[]) {
  const wanted = new Map(devices.map((name) => [name, {} as Record<string, unknown>]));
  for (const { argv } of commands) {
    const [program, , verb, device, what, value] = argv;
    const own = wanted.get(device ?? '');
    if (program !== 'ip' || verb !== 'set' || own === undefined) continue;
    if (what === 'up' || what === 'down') own.up = what === 'up';
    if (what === 'mtu') own.mtu = Number(value);
    if (what === 'address') own.mac = value;
    if (what === 'promisc') own.promiscuous = value === 'on';
  }
  return wanted;
}

describe('devices and ports against what the original did on a host that says yes to `ip`', () => {
  it.each(vectors)('$name', async (vector) => {
    const { results, commands, links } = await play(vector);
    expect(results).toEqual(vector.calls.map(({ returns = null, raises }) => ({ returns, raises })));
    const others = vector.commands
      .map(({ argv }) => argv)
      .filter(([name = '']) => !DEVICE_PROGRAMS.includes(name));
    expect(commands).toEqual(others);
    if (vector.devices_after !== undefined) {
      const made = links.map(({ name }) => name).filter((name) => name !== 'lo');
      expect(made.sort()).toEqual(vector.devices_after);
    }
    for (const [name, wanted] of settings(
      vector.commands,
      links.map(({ name }) => name),
    )) {
      const link = links.find((made) => made.name === name);
      expect({ ...link, promiscuous: link?.flags.has('promiscuous') }).toMatchObject(wanted);
    }
  });
});
