import { hold, type Proof } from '../proof.js';
import { app, floatingAddress, outside, web } from '../topology.js';

export const floating: Proof = {
  claim: 'a floating address leads to its guest from outside, from its neighbour and from itself (hairpin)',
  prove: async ({ probe }) => {
    for (const from of [outside.namespace, app.namespace, web.namespace]) {
      const answer = await probe.http({ name: from }, `http://${floatingAddress}/`);
      hold(answer?.server === web.name, `${from} did not reach ${web.name} at ${floatingAddress}`);
    }
    const out = await probe.http({ name: web.namespace }, `http://${outside.httpAddress}/`);
    hold(out?.client === floatingAddress, `${web.name} was seen outside as ${out?.client ?? 'nobody'}`);
    return `${floatingAddress} is ${web.name}, also when ${web.name} goes out`;
  },
};
