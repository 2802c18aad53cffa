import { setTimeout as sleep } from 'node:timers/promises';
import { type DhcpDevice, type DhcpFactory, describeDhcpDriver, dhcpTopology } from 'netdev-conformance/dhcp';
import { createMemoryFiles } from 'netdev-exec';
import { expect, it, onTestFinished } from 'vitest';
import { createDnsmasq } from '../../src/index.js';
import { type SimulatedHost, simulateHost } from './simulated-host.js';

/** Nobody is answered at once: who begins to listen to events before has begun then. */
const ON_THE_WIRE_MS = 50;

const portOf = (device: DhcpDevice): string => `${device}p`;

/** The suite's devices as bridges, each with a tap that a guest is behind; on the host, or in a jail of it. */
function setup(version: 13 | 14, jail: string | undefined): SimulatedHost {
  const simulated = simulateHost(version);
  const run = (words: string): string => simulated.run(jail === undefined ? words : `jexec ${jail} ${words}`);
  simulated.run('kldload if_bridge if_tuntap');
  if (jail !== undefined) simulated.run(`jail -c name=${jail} persist vnet`);
  for (const [device, { address, address6 }] of Object.entries<{ address: string; address6?: string }>(
    dhcpTopology,
  )) {
    const port = portOf(device as DhcpDevice);
    run(`ifconfig bridge create name ${device}`);
    run(`ifconfig tap create name ${port}`);
    run(`ifconfig ${port} up`);
    run(`ifconfig ${device} addm ${port}`);
    run(`ifconfig ${device} inet ${address} alias`);
    if (address6 !== undefined) run(`ifconfig ${device} inet6 ${address6} alias no_dad -ifdisabled`);
    run(`ifconfig ${device} up`);
  }
  return simulated;
}

const onFreeBsd = (version: 13 | 14, jail?: string): DhcpFactory<SimulatedHost> => {
  const open = ({ runner, locks, directory }: SimulatedHost) =>
    createDnsmasq({
      platform: 'freebsd',
      runner,
      locks,
      directory: `${directory}/servers`,
      ...(jail === undefined ? {} : { namespace: { name: jail } }),
    });
  return {
    setup: async () => setup(version, jail),
    open,
    teardown: async (simulated) => simulated.remove(),
    client: ({ host }) => ({
      async request(device, mac, hostname) {
        await sleep(ON_THE_WIRE_MS);
        const lease = host.requestLease({ jail, link: portOf(device), mac }, hostname);
        if (lease === undefined) return undefined;
        const { address, dnsServers, leaseTime, gateway, domain, mtu } = lease;
        return {
          ...{ address, dnsServers, leaseTime },
          ...(gateway === undefined ? {} : { gateway }),
          ...(domain === undefined ? {} : { domain }),
          ...(mtu === undefined ? {} : { mtu }),
        };
      },
      async resolve(device, name) {
        const { server } = dhcpTopology[device];
        const guest = { jail, link: portOf(device), mac: '02:00:5e:20:00:fa' };
        return host.resolveName({ ...guest, address: server.replace(/1$/, '250') }, server, name);
      },
    }),
    async killServer(simulated, key) {
      await using driver = await open(simulated);
      const pid = (await driver.list()).find((status) => status.key === key)?.pid;
      if (pid !== undefined) await simulated.runner.signal(pid, 'SIGKILL');
    },
  };
};

describeDhcpDriver('dhcp-dnsmasq on the simulated FreeBSD 14', onFreeBsd(14));
describeDhcpDriver('dhcp-dnsmasq in a jail of the simulated FreeBSD 13', onFreeBsd(13, 'stack'));

it('lacks nothing there that it has on Linux', async () => {
  const subject = setup(14, undefined);
  onTestFinished(() => subject.remove());
  await using here = await onFreeBsd(14).open(subject);
  await using linux = await createDnsmasq({ platform: 'linux', directory: '/d', files: createMemoryFiles() });
  expect(here.capabilities).toEqual(linux.capabilities);
});
