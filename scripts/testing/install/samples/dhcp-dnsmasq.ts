import { createDnsmasq, parseLeases } from 'dhcp-dnsmasq';

async function main(): Promise<void> {
  const dhcp = await createDnsmasq({ directory: `${process.cwd()}/dhcp` });
  const networks = await dhcp.list();
  const [lease] = parseLeases('0 02:00:00:00:00:01 10.0.0.10 web *\n');
  console.log(networks.length, lease?.address, lease?.hostname);
  await dhcp.close();
}

main();
