import { hold, type Proof } from '../proof.js';
import { app, web } from '../topology.js';

export const names: Proof = {
  claim: 'a guest resolves another by name',
  prove: async ({ probe }) => {
    const { gateway, domain } = web.network;
    for (const name of [app.name, `${app.name}.${domain}`]) {
      const found = await probe.resolve({ name: web.namespace }, name, gateway);
      hold(
        found.includes(app.address),
        `${web.name} asked ${gateway} for ${name} and got ${found.join(', ') || 'nothing'}`,
      );
    }
    return `${app.name}.${domain} is ${app.address}`;
  },
};
