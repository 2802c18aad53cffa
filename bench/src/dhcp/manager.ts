// A manager that listens to lease events, and prints each as a line of JSON, for a benchmark that kills it.
//
//   node dhcp-manager.js NAMESPACE DIRECTORY [POSITION]
import { createDnsmasq } from 'dhcp-dnsmasq';

const [namespace = '', directory = '', after] = process.argv.slice(2);
await using dhcp = await createDnsmasq({ namespace: { name: namespace }, directory });
const events = dhcp.events('bench', after === undefined ? {} : { after });
await dhcp.leases('bench');
process.stdout.write('ready\n');
for await (const event of events) {
  const at = performance.timeOrigin + performance.now();
  const mac = event.type === 'missed' ? undefined : event.lease.mac;
  process.stdout.write(`${JSON.stringify({ type: event.type, mac, position: event.position, at })}\n`);
}
