import { hold, type Proof } from '../proof.js';
import { app, db, web } from '../topology.js';

export const neighbours: Proof = {
  claim: 'guests of one network reach each other, and there is no way between the two networks',
  prove: async ({ probe }) => {
    const answer = await probe.http({ name: web.namespace }, `http://${app.address}/`);
    hold(
      answer?.server === app.name && answer.client === web.address,
      `${web.name} did not reach ${app.name}`,
    );
    const crossings = await Promise.all([
      probe.http({ name: web.namespace }, `http://${db.address}/`),
      probe.http({ name: db.namespace }, `http://${web.address}/`),
      probe.ping({ name: web.namespace }, db.address),
    ]);
    hold(!crossings.some(Boolean), `a packet crossed between ${web.network.name} and ${db.network.name}`);
    return `${web.name} to ${app.name} yes; ${web.name} to ${db.name} and back no`;
  },
};
