import { createLinuxNetDev } from 'netdev-linux';
import { expect, it } from 'vitest';
import { ipAll, ipJson, sh, testNamespace } from './host.js';

const namespace = testNamespace('statistics');

interface Counted {
  stats64: Record<'rx' | 'tx', { bytes: number; packets: number; errors: number; dropped: number }>;
}

it('counts real traffic as iproute2 does', async () => {
  // The kernel is to send nothing of its own while both look: no router solicitation, no report of a group.
  const quiet = 'net.ipv6.conf.default.disable_ipv6=1';
  sh('ip', 'netns', 'exec', namespace, 'sysctl', '--quiet', '--write', quiet);
  ipAll(
    namespace,
    `link add name a type veth peer name b
     link set dev a up
     link set dev b up
     address add 192.0.2.1/24 dev a
     neighbour add 192.0.2.2 lladdr 02:00:5e:10:00:02 dev a nud permanent`,
  );
  const send = `const socket = require('node:dgram').createSocket('udp4');
    let left = 500;
    const next = () => left-- > 0 ? socket.send(Buffer.alloc(1000), 9, '192.0.2.2', next) : socket.close();
    next();`;
  sh('ip', 'netns', 'exec', namespace, process.execPath, '--eval', send);
  await using driver = await createLinuxNetDev({ namespace: { name: namespace } });
  for (const name of ['a', 'b']) {
    const [shown] = ipJson<Counted>(namespace, '-statistics', 'link', 'show', name);
    const { rx, tx } = shown?.stats64 ?? {};
    const big = (value: number | undefined) => BigInt(value ?? -1);
    const expected = {
      ...{ rxBytes: big(rx?.bytes), rxPackets: big(rx?.packets), rxErrors: big(rx?.errors) },
      ...{ txBytes: big(tx?.bytes), txPackets: big(tx?.packets), txErrors: big(tx?.errors) },
      ...{ rxDropped: big(rx?.dropped), txDropped: big(tx?.dropped) },
    };
    expect((await driver.getLink(name)).statistics).toEqual(expected);
    expect((await driver.listLinks()).find((link) => link.name === name)?.statistics).toEqual(expected);
    const counted = name === 'a' ? expected.txBytes : expected.rxBytes;
    expect(counted).toBeGreaterThanOrEqual(500n * 1042n);
  }
});
