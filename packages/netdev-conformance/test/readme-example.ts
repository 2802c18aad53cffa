import { createMemoryHost } from 'netdev-conformance';

const host = createMemoryHost();
const netdev = await host.netdev();
await netdev.ensureLink({ kind: 'bridge', name: 'br0', up: true });
await netdev.ensureAddress({ link: 'br0', cidr: '10.0.0.1/24' });
await netdev.setForwarding('ipv4', true);

const firewall = await host.firewall();
await firewall.put({
  key: 'policy',
  intents: [{ kind: 'forward-policy', bridge: 'br0', policy: 'closed' }],
});
await firewall.apply();
const fate = host.packet({ in: 'br0', from: '10.0.0.5', to: '10.0.0.1' }); // { verdict: 'input', … }

const dhcp = await host.dhcp();
await dhcp.ensure({
  key: 'lab',
  interface: 'br0',
  network: '10.0.0.0/24',
  serverAddress: '10.0.0.1',
  ranges: [{ first: '10.0.0.10', last: '10.0.0.20' }],
});
const offer = host.requestLease('lab', '02:00:5e:10:00:01'); // { address: '10.0.0.10', … }

export { fate, offer };
