import { requestLease } from '../dhcp-client.js';
import { hold, type Proof, type ProofContext } from '../proof.js';
import { type Guest, guests } from '../topology.js';

export const addresses: Proof = {
  claim: 'each guest got its own address, the gateway and the DNS server by DHCP',
  prove: async (context) => {
    await Promise.all(guests.map((guest) => takeLease(context, guest)));
    return guests.map(({ name, address }) => `${name} ${address}`).join(', ');
  },
};

async function takeLease({ host, signal }: ProofContext, guest: Guest): Promise<void> {
  const lease = await requestLease(host, guest, signal);
  hold(lease !== undefined, `no DHCP server answered ${guest.name}`);
  const told = `${lease.address}/${lease.prefix} router ${lease.router} dns ${lease.dns}`;
  const planned = `${guest.address}/24 router ${guest.network.gateway} dns ${guest.network.gateway}`;
  hold(told === planned, `${guest.name} was told ${told} instead of ${planned}`);

  await using inside = await host.netdev.inNamespace({ name: guest.namespace }, { signal });
  const carried = await inside.listAddresses({ link: 'eth0', family: 'ipv4' }, { signal });
  hold(
    carried.length === 1 && carried[0]?.cidr === `${guest.address}/24`,
    `${guest.name} carries ${carried.map(({ cidr }) => cidr).join(', ') || 'nothing'}`,
  );
}
