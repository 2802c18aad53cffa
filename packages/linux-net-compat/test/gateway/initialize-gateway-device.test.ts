import { createMemoryHost } from 'netdev-conformance';
import { DeviceNotFoundError, InvalidArgumentError, type NetDevDriver, PlatformError } from 'netdev-core';
import { createDryRunRunner, createRecordingRunner } from 'netdev-exec';
import { beforeEach, describe, expect, it } from 'vitest';
import type { LinuxNetConf } from '../../src/conf/linux-net-conf.js';
import { createContext } from '../../src/create-context.js';
import type { FaultMode } from '../../src/faults.js';
import { initializeGatewayDevice } from '../../src/gateway/initialize-gateway-device.js';
import { failingNetdev } from '../support/failing-netdev.js';

const network = {
  dhcp_server: '192.168.1.1',
  cidr: '192.168.1.0/24',
  broadcast: '192.168.1.255',
  cidr_v6: '2001:db8::1/64',
};
const modes: FaultMode[] = ['mend', 'keep'];
let driver: NetDevDriver;

beforeEach(async () => {
  driver = await createMemoryHost().netdev();
  for (const name of ['eth0', 'eth1']) await driver.createLink({ kind: 'dummy', name, up: true });
});

async function initialize(faults: FaultMode, conf: Partial<LinuxNetConf> = {}, netdev = driver) {
  const runner = createRecordingRunner(createDryRunRunner({ onCommand: () => {} }));
  const context = createContext({ conf, faults, netdev, runner });
  await initializeGatewayDevice(context, 'eth0', network);
  return runner.commands.map(({ argv }) => argv.join(' '));
}

async function layer3() {
  const addresses = await driver.listAddresses({ link: 'eth0' });
  const routes = await driver.listRoutes({ table: 'all', family: 'ipv4' });
  return {
    addresses: addresses.map(({ cidr, label }) => (label === 'eth0' || !label ? cidr : `${cidr} ${label}`)),
    routes: routes
      .filter(({ protocol }) => protocol !== 'kernel')
      .map(({ destination, via, link, metric }) => `${destination} ${via ?? '-'} ${link} ${metric}`)
      .sort(),
  };
}

/** An uplink with two addresses and three routes, one of them without a gateway. */
async function uplink() {
  await driver.ensureAddress({ link: 'eth0', cidr: '192.168.0.5/24' });
  await driver.ensureAddress({ link: 'eth0', cidr: '192.168.0.6/24', label: 'eth0:1' });
  for (const route of [
    { destination: 'default', via: '192.168.0.254', metric: 100, link: 'eth0' },
    { destination: '10.20.0.0/16', via: '192.168.0.250', link: 'eth0' },
    { destination: '169.254.0.0/16', link: 'eth0', metric: 1000 },
  ])
    await driver.ensureRoute(route);
}

describe.each(modes)('a gateway device, faults: %s', (faults) => {
  it('gets the address and the host forwards', async () => {
    expect(await initialize(faults)).toEqual([]);
    expect((await layer3()).addresses).toEqual(['192.168.1.1/24']);
    expect(await driver.getForwarding('ipv4')).toBe(true);
    expect(await driver.getForwarding('ipv6')).toBe(false);
  });

  it('has the address first, and the others as they were', async () => {
    await uplink();
    await initialize(faults);
    const label = faults === 'mend' ? ' eth0:1' : '';
    expect((await layer3()).addresses).toEqual([
      '192.168.1.1/24',
      '192.168.0.5/24',
      `192.168.0.6/24${label}`,
    ]);
  });

  it('stays as it is when the address is first already', async () => {
    await driver.ensureAddress({ link: 'eth0', cidr: '192.168.1.1/24', label: 'eth0:x' });
    await driver.ensureAddress({ link: 'eth0', cidr: '192.168.0.5/24' });
    const conf = { send_arp_for_ha: true };
    expect(await initialize(faults, conf)).toEqual([]);
    expect((await layer3()).addresses).toEqual(['192.168.1.1/24 eth0:x', '192.168.0.5/24']);
  });

  it('keeps addresses of a narrower scope out of it', async () => {
    await driver.ensureAddress({ link: 'eth0', cidr: '169.254.1.1/16', scope: 'link', label: 'eth0:z' });
    await initialize(faults);
    expect((await layer3()).addresses).toEqual(['169.254.1.1/16 eth0:z', '192.168.1.1/24']);
  });

  it('announces an address that came, and has an IPv6 one with use_ipv6', async () => {
    const conf = { send_arp_for_ha: true, send_arp_for_ha_count: 5, use_ipv6: true };
    expect(await initialize(faults, conf)).toEqual(['arping -U 192.168.1.1 -A -I eth0 -c 5']);
    expect((await layer3()).addresses).toEqual(['192.168.1.1/24', '2001:db8::1/64']);
  });

  it('does nothing without a network and with fake_network', async () => {
    const context = createContext({ faults, netdev: driver });
    for (const nothing of [null, {}]) await initializeGatewayDevice(context, 'eth0', nothing);
    await initialize(faults, { fake_network: true });
    expect(await driver.getForwarding('ipv4')).toBe(false);
  });

  it('refuses values before anything changes', async () => {
    const context = createContext({ conf: { use_ipv6: true }, faults, netdev: driver });
    for (const [wrong, field] of [
      [{ dhcp_server: '2001:db8::1' }, 'network.dhcp_server'],
      [{ cidr: '192.168.1.0/33' }, 'network.cidr'],
      [{ broadcast: 'all' }, 'network.broadcast'],
      [{ cidr_v6: null }, 'network.cidr_v6'],
    ] as const) {
      const refused = initializeGatewayDevice(context, 'eth0', { ...network, ...wrong });
      await expect(refused).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', field });
    }
    await expect(initializeGatewayDevice(context, '../x', network)).rejects.toThrow(InvalidArgumentError);
    expect(await driver.getForwarding('ipv4')).toBe(false);
  });

  it('says that a device is missing', async () => {
    await driver.deleteLink('eth0');
    await expect(initialize(faults)).rejects.toThrow(DeviceNotFoundError);
  });
});

describe('routes', () => {
  it('come back with their device and metric, those without a gateway and those on link too', async () => {
    await uplink();
    await driver.ensureRoute({ destination: '10.30.0.0/16', via: '10.9.9.9', onLink: true, link: 'eth0' });
    const before = await layer3();
    await initialize('mend');
    expect((await layer3()).routes).toEqual(before.routes);
  });

  it('without a gateway are lost with the faults kept', async () => {
    await uplink();
    await initialize('keep');
    expect((await layer3()).routes).toEqual([
      '0.0.0.0/0 192.168.0.254 eth0 100',
      '10.20.0.0/16 192.168.0.250 eth0 0',
    ]);
  });

  it('come back by whichever device has the gateway with the faults kept', async () => {
    await driver.ensureAddress({ link: 'eth1', cidr: '192.168.0.9/24' });
    await uplink();
    await initialize('keep');
    expect((await layer3()).routes).toContain('0.0.0.0/0 192.168.0.254 eth1 100');
  });
});

describe('a step that fails', () => {
  const failing = () => failingNetdev(driver, 'ensureAddress', '192.168.1.1');

  it('leaves everything as it was', async () => {
    await uplink();
    const before = await layer3();
    await expect(initialize('mend', {}, failing())).rejects.toThrow(PlatformError);
    expect(await layer3()).toEqual(before);
    expect(await driver.getForwarding('ipv4')).toBe(false);
  });

  it('leaves what was done with the faults kept', async () => {
    await uplink();
    await expect(initialize('keep', {}, failing())).rejects.toThrow(PlatformError);
    expect(await layer3()).toEqual({ addresses: [], routes: [] });
    expect(await driver.getForwarding('ipv4')).toBe(true);
  });
});
