import { join } from 'node:path';
import { plugGuest, unplugGuest } from '../build-network.js';
import { requestLease } from '../dhcp-client.js';
import { hold, type Proof, type ProofContext } from '../proof.js';
import { app, blue, visitor } from '../topology.js';

const rogueAddress = '10.10.1.66';
const guardKey = `dhcp-guard/${blue.name}`;

/**
 * The visitor is unknown to the real server, which stays silent: any answer is the rogue's. Once
 * without the guard, to see that the rogue does answer, and once with it.
 */
export const rogue: Proof = {
  claim: 'a guest that answers DHCP itself does not reach its neighbours',
  prove: async (context) => {
    const { host, signal } = context;
    const stopRogue = await startRogueServer(context);
    try {
      await plugGuest(host, visitor, signal);
      const guard = (await host.firewall.list()).find(({ key }) => key === guardKey);
      hold(guard !== undefined, `there is no group ${guardKey}`);
      await host.firewall.delete(guardKey);
      await host.firewall.apply({ signal });
      const unguarded = await requestLease(host, visitor, signal);
      await host.firewall.put(guard);
      await host.firewall.apply({ signal });
      hold(unguarded?.address === rogueAddress, 'the rogue server does not even answer without the guard');
      const guarded = await requestLease(host, visitor, signal, 2);
      hold(guarded === undefined, `the rogue server gave ${guarded?.address} to a neighbour`);
    } finally {
      await stopRogue();
      await unplugGuest(host, visitor);
    }
    return `${app.name}'s offer of ${rogueAddress} arrives without the guard, and not with it`;
  },
};

async function startRogueServer({ host }: ProofContext): Promise<() => Promise<void>> {
  const path = (name: string): string => join(host.directory, `rogue-${name}`);
  await host.files.write(path('leases'), '');
  await host.files.write(
    path('conf'),
    [
      'interface eth0',
      `start ${rogueAddress}`,
      `end ${rogueAddress}`,
      'max_leases 1',
      'opt subnet 255.255.255.0',
      `opt router ${app.address}`,
      `lease_file ${path('leases')}`,
      `pidfile ${path('pid')}`,
      '',
    ].join('\n'),
  );
  const runner = host.runner.inNamespace({ name: app.namespace });
  const { pid, wait } = await runner.start(['busybox', 'udhcpd', '-f', path('conf')], {
    logFile: path('log'),
    settleMs: 100,
  });
  return async () => {
    await host.runner.signal(pid, 'SIGKILL');
    await wait();
  };
}
