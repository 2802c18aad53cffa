import type { FreeBsdPacket } from 'netdev-conformance/freebsd';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildNetwork, plugGuest, removeNetwork } from '../../src/build-network.js';
import {
  app,
  blue,
  db,
  floatingAddress,
  type Guest,
  guests,
  host as hostPlan,
  metadata,
  outside,
  portForward,
  visitor,
  web,
} from '../../src/topology.js';
import { type SimulatedHost, simulateHost } from './simulated-host.js';

type Sender = Guest | 'world';

// The same plan is built on Linux, and proved with real packets: demo.host.test.ts.
describe.each([13, 14] as const)('the plan of the example on the simulated FreeBSD %s', (version) => {
  let simulated: SimulatedHost;
  let before: string;
  let nextPort = 40_000;

  beforeAll(async () => {
    simulated = await simulateHost(version);
    before = simulated.show();
    await buildNetwork(simulated.host);
    await simulated.followSetup();
  });
  afterAll(() => simulated.remove());

  const from = (sender: Sender) =>
    sender === 'world'
      ? { in: hostPlan.uplink, from: outside.httpAddress }
      : { in: sender.port, mac: sender.mac, from: sender.address };
  /** Opens a connection and lets its answer come back: where it went and as from whom, or nowhere. */
  const connect = (sender: Sender, to: string, port: number): string => {
    nextPort += 1;
    const opening = { protocol: 'tcp', fromPort: nextPort, to, toPort: port, ...from(sender) };
    const { verdict, packet } = simulated.freebsd.packet(opening);
    if (verdict === 'drop') return 'nowhere';
    const receiver = guests.find(({ address }) => address === packet.to);
    const answer: FreeBsdPacket = {
      ...{ protocol: 'tcp', flags: 'SA', from: packet.to, fromPort: packet.toPort },
      ...{ to: packet.from, toPort: packet.fromPort },
      ...(verdict === 'input' ? {} : { in: receiver?.port ?? hostPlan.uplink, mac: receiver?.mac }),
    };
    const back = simulated.freebsd.packet(answer).packet;
    expect([back.from, back.fromPort, back.to, back.toPort]).toEqual([to, port, opening.from, nextPort]);
    const place = verdict === 'input' ? `the host, ${packet.to}` : (receiver?.name ?? packet.to);
    return `${place} port ${packet.toPort}, from ${packet.from}`;
  };
  const bootp = (sender: Guest, to: string, fromPort: number, toPort: number, outPort: string) =>
    simulated.freebsd.packet({ ...from(sender), protocol: 'udp', fromPort, to, toPort, outPort }).verdict;

  it('guests are given their addresses, gateway and DNS server by DHCP, and nobody else any', async () => {
    const { freebsd, host } = simulated;
    for (const { namespace, name, address, network } of guests) {
      expect(freebsd.requestLease({ jail: namespace, link: 'eth0' }, name)).toMatchObject({
        ...{ address, prefix: 24, server: network.gateway, gateway: network.gateway },
        ...{ dnsServers: [network.gateway], domain: network.domain, leaseTime: 600 },
      });
    }
    await plugGuest(host, visitor);
    expect(freebsd.requestLease({ jail: visitor.namespace, link: 'eth0' }, visitor.name)).toBeUndefined();
    expect((await host.dhcp.leases(blue.name)).map(({ address, hostname }) => [address, hostname])).toEqual([
      [web.address, web.name],
      [app.address, app.name],
    ]);
  });

  it('guests resolve each other by name', () => {
    const ask = (name: string) =>
      simulated.freebsd.resolveName(
        { jail: web.namespace, link: 'eth0', address: web.address },
        blue.gateway,
        name,
      );
    expect([ask(app.name), ask(`${app.name}.${blue.domain}`), ask(db.name)]).toEqual([
      app.address,
      app.address,
      undefined,
    ]);
  });

  it.each<[what: string, sender: Sender, to: string, port: number, arrives: string]>([
    ['neighbours reach each other', web, app.address, 80, `app port 80, from ${web.address}`],
    ['no way between the networks', web, db.address, 80, 'nowhere'],
    ['nor back', db, web.address, 80, 'nowhere'],
    ['guests go out as the host', app, outside.httpAddress, 80, `198.51.100.80 port 80, from 203.0.113.2`],
    ['those of both networks', db, outside.httpAddress, 80, `198.51.100.80 port 80, from 203.0.113.2`],
    ['nobody comes in as they like', 'world', app.address, 80, 'nowhere'],
    ['the floating address leads in', 'world', floatingAddress, 80, 'web port 80, from 198.51.100.80'],
    ['and out', web, outside.httpAddress, 80, `198.51.100.80 port 80, from ${floatingAddress}`],
    ['to a neighbour too', app, floatingAddress, 80, `web port 80, from ${floatingAddress}`],
    ['and to the guest itself', web, floatingAddress, 80, `web port 80, from ${floatingAddress}`],
    [
      'the port forward leads in',
      'world',
      hostPlan.publicAddress,
      portForward.port,
      'app port 80, from 198.51.100.80',
    ],
    [
      'metadata leads to the host',
      web,
      metadata.address,
      metadata.port,
      `the host, 10.10.1.1 port 8775, from ${web.address}`,
    ],
    [
      'for the other network too',
      db,
      metadata.address,
      metadata.port,
      `the host, 10.10.2.1 port 8775, from ${db.address}`,
    ],
  ])('%s', (_, sender, to, port, arrives) => {
    expect(connect(sender, to, port)).toBe(arrives);
  });

  it('what a guest answers as a DHCP server does not reach its neighbours, with the guard', async () => {
    const { firewall } = simulated.host;
    const key = `dhcp-guard/${blue.name}`;
    const offer = () => bootp(app, '10.10.1.66', 67, 68, web.port);
    expect([offer(), bootp(web, blue.gateway, 68, 67, app.port)]).toEqual(['drop', 'input']);
    const guard = (await firewall.list()).find((group) => group.key === key);
    await firewall.delete(key);
    await firewall.apply();
    expect(offer()).toBe('forward');
    if (guard !== undefined) await firewall.put(guard);
    await firewall.apply();
    expect(offer()).toBe('drop');
  });

  it('built a second time, and with a killed DHCP server, it is the same', async () => {
    const { host, show } = simulated;
    const first = show();
    await buildNetwork(host);
    expect(show()).toBe(first);
    const server = (await host.dhcp.list()).find(({ key }) => key === blue.name);
    await host.runner.signal(server?.pid ?? 0, 'SIGKILL');
    await buildNetwork(host);
    expect((await host.dhcp.list()).map(({ key, running }) => [key, running])).toEqual([
      ['blue', true],
      ['green', true],
    ]);
    expect(show()).toBe(first);
    expect(await host.firewall.setup()).toMatchObject({ ready: true, missing: [], settings: [] });
  });

  it('is taken down without a trace', async () => {
    const { host, show } = simulated;
    await host.netdev.deleteNamespace(visitor.namespace);
    await removeNetwork(host, { forwarding: false });
    expect(show()).toBe(before);
    expect(await host.dhcp.list()).toEqual([]);
  });
});
