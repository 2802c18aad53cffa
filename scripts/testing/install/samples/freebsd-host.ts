import { createDnsmasq } from 'dhcp-dnsmasq';
import { renderPfConf } from 'firewall-pf';
import { createLinuxNet } from 'linux-net-compat';
import { type NetDevError, registeredNames } from 'netdev-core';
import { createFreeBsdNetDev } from 'netdev-freebsd';

async function main(): Promise<void> {
  const refusal =
    process.platform === 'freebsd' ? '' : await createFreeBsdNetDev().catch(({ code }: NetDevError) => code);
  const dhcp = await createDnsmasq({ directory: `${process.cwd()}/dhcp` });
  const net = createLinuxNet({ firewall: 'firewall-pf', dhcp });
  const rules = renderPfConf([
    { key: 'forward/8080', intents: [{ kind: 'no-nat', source: '10.0.0.0/24', destination: '10.1.0.0/24' }] },
  ]);
  await dhcp.close();
  const names = (['netdev', 'firewall', 'dhcp'] as const).flatMap(registeredNames);
  console.log(names.join(), refusal, net.conf.dhcp_lease_time, rules.includes('no nat'));
}

main();
