import { createIptablesFirewall, type Explanation } from 'firewall-iptables';

async function main(): Promise<void> {
  const firewall = await createIptablesFirewall({ owner: 'sample' });
  await firewall.put({
    key: 'floating/203.0.113.50',
    intents: [{ kind: 'floating-address', floating: '203.0.113.50', fixed: '10.0.0.11' }],
  });
  const explanation: Explanation = await firewall.explain({
    in: 'eth0',
    out: 'br0',
    source: '198.51.100.7',
    destination: '203.0.113.50',
    protocol: 'tcp',
    sourcePort: 40000,
    destinationPort: 22,
  });
  console.log(explanation.leaves?.destination);
  await firewall.close();
}

main();
