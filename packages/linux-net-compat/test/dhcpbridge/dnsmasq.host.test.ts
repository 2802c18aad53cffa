import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { LeaseRequest } from '../../src/dhcpbridge/receiver.js';
import { type DhcpLab, macOf, makeDhcpLab, network } from '../dhcp/dhcp-lab.js';
import { type BridgeLab, brokenHandlers, listen, makeBridgeLab, program } from './bridge-lab.js';

let bridge: BridgeLab;
let lab: DhcpLab;
beforeEach(async () => {
  bridge = await makeBridgeLab();
  lab = await makeDhcpLab({ dhcpbridge: program, dhcpbridge_flagfile: [join(bridge.folder, 'config.json')] });
});
afterEach(async () => {
  await lab.close();
  await bridge.close();
});

/** What a handler is told of a lease of the lab's guest. */
const told = (action: string) => ({
  action,
  network: '7',
  lease: {
    address: '10.0.0.11',
    mac: macOf(1),
    hostname: 'guest-1',
    clientId: `01:${macOf(1)}`,
    expires: expect.closeTo(Date.now() / 1000 + 600, -2),
  },
});
const actionsSeen = async () => (await bridge.seen()).map(({ action }) => action);
const patience = { timeout: 15_000 };

it('a handler module gets what dnsmasq tells of a real lease', async () => {
  await bridge.useHandler();
  await lab.net.updateDhcp('br100', network);
  expect(await lab.lease()).toMatchObject({ ip: '10.0.0.11', lease: '600' });
  await expect.poll(bridge.seen, patience).toEqual([expect.objectContaining(told('add'))]);
  expect(await bridge.seen()).toMatchObject([{ interface: 'br100' }]);
  expect(await lab.lease()).toMatchObject({ ip: '10.0.0.11' });
  await expect.poll(actionsSeen, patience).toEqual(['add', 'old']);
  await lab.net.releaseDhcp('br100', '10.0.0.11', macOf(1));
  // dhcp_release(1) without a client id gives back leases that were taken without one.
  await lab.host('dhcp_release', 'br100', '10.0.0.11', macOf(1), `01:${macOf(1)}`);
  await expect.poll(actionsSeen, patience).toEqual(['add', 'old', 'del']);
});

it('a socket that was absent gets the events of before once somebody listens', async () => {
  await bridge.useHandler();
  await lab.net.updateDhcp('br100', network);
  await bridge.configure({ socket: 'socket' });
  expect(await lab.lease()).toMatchObject({ ip: '10.0.0.11' });
  await expect.poll(() => bridge.journal().catch(() => ''), patience).toContain('"add"');
  const requests: LeaseRequest[] = [];
  const server = await listen(join(bridge.folder, 'socket'), (request) => {
    requests.push(request);
    return '{"ok":true}';
  });
  expect(await lab.lease()).toMatchObject({ ip: '10.0.0.11' });
  await expect.poll(() => requests, patience).toMatchObject([told('add'), told('old')]);
  await expect.poll(bridge.journal, patience).toBe('');
  server.close();
});

it('a guest cannot name itself into anything', async () => {
  await bridge.useHandler();
  lab.fixedIps.splice(0, 1, { ...lab.fixedIps[0], instance: { hostname: '' } });
  // Of an empty name dnsmasq refuses the whole line: the lab serves the guest without one.
  await lab.net.updateDhcpHostfileWithText('br100', `${macOf(1)},10.0.0.11`);
  await lab.net.restartDhcp('br100', network, []);
  const hex = Buffer.from('--config-file=/x\n0 $(id)').toString('hex');
  const words = ['-x', `0x0c:${hex}`, '-x', `0x3d:${hex}`, '-V', '"},{"'];
  expect(await lab.lease(3, ...words)).toMatchObject({ ip: '10.0.0.11' });
  await expect.poll(actionsSeen, patience).toEqual(['add']);
  const { lease } = (await bridge.seen())[0] ?? {};
  expect(lease).toEqual({
    address: '10.0.0.11',
    mac: macOf(1),
    clientId: expect.stringMatching(/^[0-9a-f:]+$/),
    expires: expect.any(Number),
  });
});

it.each([...Object.entries(brokenHandlers), ['is a socket without anybody', undefined]] as const)(
  'dnsmasq that starts again renews the lease although the handler %s',
  async (_, code) => {
    await bridge.useHandler();
    await lab.net.updateDhcp('br100', network);
    if (code === undefined) await bridge.configure({ socket: 'socket' });
    else await bridge.useHandler(code);
    expect(await lab.lease()).toMatchObject({ ip: '10.0.0.11' });
    await expect.poll(() => bridge.journal().catch(() => ''), patience).toContain('"add"');

    const first = await lab.net.dnsmasqPidFor('br100');
    await lab.crash(first ?? 0);
    await lab.net.updateDhcp('br100', network);
    expect(await lab.net.dnsmasqPidFor('br100')).not.toBe(first);
    // dnsmasq tells at its start of the leases that it was given to start with, before any guest asks.
    await expect.poll(bridge.journal, patience).toContain('"old"');
    expect(await lab.lease(3, '-r', '10.0.0.11')).toMatchObject({ ip: '10.0.0.11' });

    await bridge.useHandler();
    await lab.lease();
    await expect.poll(actionsSeen, patience).toContain('add');
    await expect.poll(bridge.journal, patience).toBe('');
    const actions = await actionsSeen();
    expect(actions.slice(0, 2)).toEqual(['add', 'old']);
    expect(actions.filter((action) => action === 'add')).toHaveLength(1);
  },
);
