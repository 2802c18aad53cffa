import assert from 'node:assert/strict';
import { type LinkSpec, NEW_PORT, type PortDetail, type PortSettings } from 'netdev-core';
import { rejection } from '../expect.js';
import type { NetDevDemand } from './context.js';
import { plainLink, snapshot, where } from './fixtures.js';

const lowMac = '02:00:00:00:00:01';
const pinnedMac = '06:00:5e:10:00:01';

/** What a platform gives a port by its speed is its affair. */
function withoutCost(port: PortDetail | undefined): Partial<PortDetail> | undefined {
  const { portCost: _, ...rest } = port ?? {};
  return port === undefined ? undefined : { ...NEW_PORT, ...rest };
}

export const bridges: NetDevDemand[] = [
  {
    name: 'a bridge keeps an address that it learned as long as it is told',
    needs: ['bridge'],
    async run({ driver }) {
      await driver.createLink({ kind: 'bridge', name: 'cfbr0', ageingTime: 120 });
      const shown = async () => (await driver.getLink('cfbr0')).bridge?.ageingTime;
      assert.equal(await shown(), 120);
      const again: LinkSpec = { kind: 'bridge', name: 'cfbr0', ageingTime: 300 };
      assert.equal((await driver.ensureLink(again)).changed, true);
      assert.equal(await shown(), 300);
      assert.equal((await driver.ensureLink(again)).changed, false);
    },
  },
  {
    name: 'a bridge has the forward delay, spanning tree and ageing time that are given',
    needs: ['bridge', 'spanning-tree'],
    async run({ driver }) {
      const settings = { forwardDelay: 4, stp: true, ageingTime: 120 };
      await driver.createLink({ kind: 'bridge', name: 'cfbr0', ...settings });
      const shown = async () => {
        const { forwardDelay, stp, ageingTime } = (await driver.getLink('cfbr0')).bridge ?? {};
        return { forwardDelay, stp, ageingTime };
      };
      assert.deepEqual(await shown(), settings);
      const again: LinkSpec = { kind: 'bridge', name: 'cfbr0', stp: false, ageingTime: 0 };
      assert.equal((await driver.ensureLink(again)).changed, true);
      assert.deepEqual(await shown(), { forwardDelay: 4, stp: false, ageingTime: 0 });
      assert.equal((await driver.ensureLink(again)).changed, false);
    },
  },
  {
    name: 'a bridge has the priority and the times of the spanning tree that are given, and keeps those left out',
    needs: ['bridge', 'spanning-tree'],
    async run({ driver }) {
      const settings = { priority: 4096, helloTime: 1, maxAge: 6 };
      await driver.createLink({ kind: 'bridge', name: 'cfbr0', ...settings });
      const shown = async () => {
        const { priority, helloTime, maxAge } = (await driver.getLink('cfbr0')).bridge ?? {};
        return { priority, helloTime, maxAge };
      };
      assert.deepEqual(await shown(), settings);
      const again: LinkSpec = { kind: 'bridge', name: 'cfbr0', helloTime: 3 };
      assert.equal((await driver.ensureLink(again)).changed, true);
      assert.deepEqual(await shown(), { ...settings, helloTime: 3 });
      assert.equal((await driver.ensureLink(again)).changed, false);
      await assert.rejects(
        driver.batch([
          { do: 'update-link', name: 'cfbr0', changes: { bridge: { priority: 0, maxAge: 40 } } },
          { do: 'update-link', name: 'cf-none', changes: { up: true } },
        ]),
      );
      assert.deepEqual(await shown(), { ...settings, helloTime: 3 });
    },
  },
  {
    name: 'a bridge floods multicast when it is told to',
    needs: ['bridge'],
    async run({ driver }) {
      const spec: LinkSpec = { kind: 'bridge', name: 'cfbr0', multicastSnooping: false };
      await driver.createLink({ kind: 'bridge', name: 'cfbr0' });
      await driver.ensureLink(spec);
      assert.equal((await driver.getLink('cfbr0')).bridge?.multicastSnooping ?? false, false);
      assert.equal((await driver.ensureLink(spec)).changed, false);
    },
  },
  {
    name: 'a bridge takes a forward delay of 0 when spanning tree is off',
    needs: ['bridge'],
    async run({ driver }) {
      await driver.createLink({ kind: 'bridge', name: 'cfbr0', forwardDelay: 0, stp: false });
      assert.equal((await driver.getLink('cfbr0')).bridge?.forwardDelay, 0);
      assert.equal(
        (await driver.ensureLink({ kind: 'bridge', name: 'cfbr0', forwardDelay: 0 })).changed,
        false,
      );
    },
  },
  {
    name: 'a link becomes a port of a bridge when it is made or later, moves to another, and leaves',
    needs: ['bridge'],
    async run({ driver }) {
      for (const name of ['cfbr0', 'cfbr1']) await driver.createLink({ kind: 'bridge', name });
      await driver.createLink(plainLink(driver, 'cf0', { master: 'cfbr0' }));
      await driver.createLink(plainLink(driver, 'cf1'));
      assert.equal((await driver.updateLink('cf1', { master: 'cfbr0' })).changed, true);
      const ports = async (master: string) =>
        (await driver.listLinks({ master })).map(({ name }) => name).sort();
      assert.deepEqual(await ports('cfbr0'), ['cf0', 'cf1']);
      assert.equal((await driver.getLink('cf1')).master, 'cfbr0');
      await driver.updateLink('cf1', { master: 'cfbr1' });
      assert.deepEqual([await ports('cfbr0'), await ports('cfbr1')], [['cf0'], ['cf1']]);
      assert.equal((await driver.updateLink('cf1', { master: null })).changed, true);
      assert.equal((await driver.getLink('cf1')).master, undefined);
      assert.equal((await driver.updateLink('cf1', { master: null })).changed, false);
    },
  },
  {
    name: 'ensureLink without a master leaves a port in its bridge',
    needs: ['bridge'],
    async run({ driver }) {
      await driver.createLink({ kind: 'bridge', name: 'cfbr0' });
      await driver.createLink(plainLink(driver, 'cf0', { master: 'cfbr0' }));
      await driver.ensureLink(plainLink(driver, 'cf0', { up: true }));
      assert.equal((await driver.getLink('cf0')).master, 'cfbr0');
    },
  },
  {
    name: 'a bridge keeps its MAC address when ports come and go once mac was given',
    needs: ['bridge'],
    async run({ driver }) {
      await driver.createLink({ kind: 'bridge', name: 'cfbr0', mac: pinnedMac, up: true });
      const mac = async () => (await driver.getLink('cfbr0')).mac;
      await driver.createLink(plainLink(driver, 'cf0', { mac: lowMac, master: 'cfbr0', up: true }));
      assert.equal(await mac(), pinnedMac);
      await driver.updateLink('cf0', { master: null });
      assert.equal(await mac(), pinnedMac);
    },
  },
  {
    name: 'a bridge keeps the MAC address of its first port when that very address was given',
    needs: ['bridge'],
    async run({ driver }) {
      await driver.createLink({ kind: 'bridge', name: 'cfbr0', up: true });
      await driver.createLink(plainLink(driver, 'cf0', { mac: lowMac, master: 'cfbr0', up: true }));
      await driver.ensureLink({ kind: 'bridge', name: 'cfbr0', mac: lowMac });
      await driver.deleteLink('cf0');
      assert.equal((await driver.getLink('cfbr0')).mac, lowMac);
    },
  },
  {
    name: 'a bridge filters VLANs when it is told to, at its making or later',
    needs: ['bridge', 'vlan-filtering'],
    async run({ driver }) {
      const shown = async () => (await driver.getLink('cfbr0')).bridge?.vlanFiltering;
      await driver.createLink({ kind: 'bridge', name: 'cfbr0', vlanFiltering: true });
      assert.equal(await shown(), true);
      const spec: LinkSpec = { kind: 'bridge', name: 'cfbr0', vlanFiltering: false };
      assert.equal((await driver.ensureLink(spec)).changed, true);
      assert.equal(await shown(), false);
      assert.equal((await driver.ensureLink(spec)).changed, false);
      await driver.updateLink('cfbr0', { bridge: { vlanFiltering: true } });
      assert.equal(await shown(), true);
    },
  },
  {
    name: 'a bridge has the VLAN that new ports are in, and the tags of its VLANs, that are given',
    needs: ['bridge', 'vlan-filtering'],
    async run({ driver }) {
      const shown = async () => {
        const { vlanProtocol, vlanDefaultPvid } = (await driver.getLink('cfbr0')).bridge ?? {};
        return [vlanProtocol, vlanDefaultPvid];
      };
      const vlansOf = async (link: string) =>
        (await driver.listBridgeVlans({ link })).map(({ vlanId, pvid, untagged }) => [
          vlanId,
          pvid,
          untagged,
        ]);
      await driver.createLink({ kind: 'bridge', name: 'cfbr0', vlanDefaultPvid: 7, vlanProtocol: '802.1ad' });
      await driver.createLink(plainLink(driver, 'cf0', { master: 'cfbr0' }));
      assert.deepEqual(await shown(), ['802.1ad', 7]);
      assert.deepEqual(
        [await vlansOf('cfbr0'), await vlansOf('cf0')],
        [[[7, true, true]], [[7, true, true]]],
      );
      const again: LinkSpec = { kind: 'bridge', name: 'cfbr0', vlanDefaultPvid: 0, vlanProtocol: '802.1q' };
      assert.equal((await driver.ensureLink(again)).changed, true);
      assert.deepEqual([await shown(), await vlansOf('cf0')], [['802.1q', 0], []]);
      assert.equal((await driver.ensureLink(again)).changed, false);
    },
  },
  {
    name: 'a bridge asks who wants multicast when it is told to',
    needs: ['bridge'],
    async run({ driver }) {
      const spec: LinkSpec = { kind: 'bridge', name: 'cfbr0', multicastQuerier: false };
      await driver.createLink({ kind: 'bridge', name: 'cfbr0' });
      assert.equal((await driver.ensureLink(spec)).changed, false);
      if ((await driver.getLink('cfbr0')).bridge?.multicastSnooping === undefined) return;
      assert.equal((await driver.ensureLink({ ...spec, multicastQuerier: true })).changed, true);
      assert.equal((await driver.getLink('cfbr0')).bridge?.multicastQuerier, true);
      await driver.updateLink('cfbr0', { bridge: { multicastQuerier: false } });
      assert.equal((await driver.getLink('cfbr0')).bridge?.multicastQuerier, false);
    },
  },
  {
    name: 'a bridge filters no VLANs unless told to, and saying so is no change',
    needs: ['bridge'],
    async run({ driver }) {
      await driver.createLink({ kind: 'bridge', name: 'cfbr0', vlanFiltering: false });
      assert.equal((await driver.getLink('cfbr0')).bridge?.vlanFiltering, false);
      const spec: LinkSpec = { kind: 'bridge', name: 'cfbr0', vlanFiltering: false };
      assert.equal((await driver.ensureLink(spec)).changed, false);
    },
  },
  {
    name: 'a port is isolated, and kept from learning and flooding, and the rest of it stays',
    needs: ['bridge'],
    async run({ driver }) {
      await driver.createLink({ kind: 'bridge', name: 'cfbr0' });
      await driver.createLink(plainLink(driver, 'cf0', { master: 'cfbr0', isolated: true }));
      const port = async () => withoutCost((await driver.getLink('cf0')).port);
      assert.deepEqual(await port(), { ...NEW_PORT, isolated: true });
      const hairpin = where(driver, 'port-settings', { hairpin: true });
      const changes = { learning: false, flood: false, ...hairpin };
      assert.equal((await driver.updateLink('cf0', changes)).changed, true);
      assert.deepEqual(await port(), { ...NEW_PORT, ...changes, isolated: true });
      assert.equal((await driver.updateLink('cf0', changes)).changed, false);
    },
  },
  {
    name: 'a port has its cost and priority in the spanning tree, and is kept from changing it, as it is told',
    needs: ['bridge', 'port-settings'],
    async run({ driver }) {
      await driver.createLink({ kind: 'bridge', name: 'cfbr0' });
      const settings = { portCost: 77, portPriority: 7, bpduGuard: true, rootBlock: true };
      await driver.createLink(plainLink(driver, 'cf0', { master: 'cfbr0', ...settings }));
      const port = async () => (await driver.getLink('cf0')).port;
      assert.deepEqual(await port(), { ...NEW_PORT, ...settings });
      assert.equal((await driver.updateLink('cf0', { portCost: 78, bpduGuard: false })).changed, true);
      assert.deepEqual(await port(), { ...NEW_PORT, ...settings, portCost: 78, bpduGuard: false });
      assert.equal((await driver.updateLink('cf0', { portCost: 78, rootBlock: true })).changed, false);
    },
  },
  {
    name: 'a port treats multicast, broadcast, neighbours and strangers as it is told',
    needs: ['bridge', 'port-settings'],
    async run({ driver }) {
      await driver.createLink({ kind: 'bridge', name: 'cfbr0' });
      await driver.createLink(plainLink(driver, 'cf0', { master: 'cfbr0', multicastFlood: false }));
      const port = async () => withoutCost((await driver.getLink('cf0')).port);
      assert.deepEqual(await port(), { ...NEW_PORT, multicastFlood: false });
      const changes: PortSettings = {
        ...{ broadcastFlood: false, multicastToUnicast: true, multicastRouter: 'always', fastLeave: true },
        ...{ neighbourSuppression: true, proxyArp: true, locked: true },
      };
      assert.equal((await driver.updateLink('cf0', changes)).changed, true);
      assert.deepEqual(await port(), { ...NEW_PORT, multicastFlood: false, ...changes });
      assert.equal((await driver.updateLink('cf0', changes)).changed, false);
    },
  },
  {
    name: 'a port that joins another bridge starts anew there, with what is asked for',
    needs: ['bridge'],
    async run({ driver }) {
      for (const name of ['cfbr0', 'cfbr1']) await driver.createLink({ kind: 'bridge', name });
      await driver.createLink(plainLink(driver, 'cf0', { master: 'cfbr0', isolated: true, flood: false }));
      await driver.updateLink('cf0', { master: 'cfbr1', learning: false });
      assert.deepEqual(withoutCost((await driver.getLink('cf0')).port), { ...NEW_PORT, learning: false });
      await driver.updateLink('cf0', { master: null });
      assert.equal((await driver.getLink('cf0')).port, undefined);
    },
  },
  {
    name: 'what is asked of a port is refused for a link that is none',
    async run({ driver }) {
      await driver.createLink(plainLink(driver, 'cf0'));
      await rejection(driver.updateLink('cf0', { isolated: true }), 'UNSUPPORTED');
    },
  },
  {
    name: 'a batch that fails leaves a port as it was',
    needs: ['bridge'],
    async run({ driver }) {
      await driver.createLink({ kind: 'bridge', name: 'cfbr0' });
      const cost = (portCost: number) => where(driver, 'port-settings', { portCost });
      await driver.createLink(plainLink(driver, 'cf0', { master: 'cfbr0', isolated: true, ...cost(77) }));
      const before = await snapshot(driver);
      await assert.rejects(
        driver.batch([
          { do: 'update-link', name: 'cf0', changes: { isolated: false, learning: false, ...cost(78) } },
          {
            do: 'update-link',
            name: 'cf0',
            changes: where(driver, 'port-settings', { multicastRouter: 'never', bpduGuard: true } as const),
          },
          { do: 'update-link', name: 'cf-none', changes: { up: true } },
        ]),
      );
      assert.deepEqual(await snapshot(driver), before);
    },
  },
  {
    name: 'deleting a bridge leaves its ports, in no bridge',
    needs: ['bridge'],
    async run({ driver }) {
      await driver.createLink({ kind: 'bridge', name: 'cfbr0' });
      await driver.createLink(plainLink(driver, 'cf0', { master: 'cfbr0' }));
      assert.equal(await driver.deleteLink('cfbr0'), true);
      assert.equal((await driver.getLink('cf0')).master, undefined);
    },
  },
];
