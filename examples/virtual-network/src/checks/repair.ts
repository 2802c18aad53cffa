import { takeDump } from '../dump.js';
import { hold, type Proof } from '../proof.js';
import { blue } from '../topology.js';
import { addresses } from './addresses.js';
import { names } from './names.js';
import { outbound } from './outbound.js';

export const repair: Proof = {
  claim: 'killing dnsmasq, and building everything a second time, both end in the same working state',
  prove: async (context) => {
    const { host, rebuild } = context;
    const before = await takeDump(host, { with: 'configuration' });
    await rebuild();
    const second = before.difference(await takeDump(host, { with: 'configuration' }));
    hold(second.length === 0, `building twice changed ${second.join('; ')}`);

    const server = (await host.dhcp.list()).find(({ key }) => key === blue.name);
    hold(server?.pid !== undefined, `no DHCP server runs for ${blue.name}`);
    await host.runner.signal(server.pid, 'SIGKILL');
    await rebuild();
    const healed = before.difference(await takeDump(host, { with: 'configuration' }));
    hold(healed.length === 0, `after the repair ${healed.join('; ')}`);
    for (const proof of [addresses, names, outbound]) await proof.prove(context);
    return `process ${server.pid} killed and replaced; nothing duplicated`;
  },
};
