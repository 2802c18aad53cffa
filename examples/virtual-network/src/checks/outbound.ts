import { hold, type Proof } from '../proof.js';
import { app, db, host, outside } from '../topology.js';

export const outbound: Proof = {
  claim: "guests reach the outside, which sees the host's public address",
  prove: async ({ probe }) => {
    for (const guest of [app, db]) {
      const answer = await probe.http({ name: guest.namespace }, `http://${outside.httpAddress}/`);
      hold(answer !== undefined, `${guest.name} did not reach ${outside.httpAddress}`);
      hold(answer.client === host.publicAddress, `${guest.name} was seen as ${answer.client}`);
    }
    return `${app.name} and ${db.name} seen as ${host.publicAddress}`;
  },
};
