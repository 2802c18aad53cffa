import { hold, type Proof } from '../proof.js';
import { db, host, metadata, outside, portForward, web } from '../topology.js';

export const redirects: Proof = {
  claim: 'a port forward leads in, and the metadata address leads to the host',
  prove: async ({ probe }) => {
    const { port, guest } = portForward;
    const forwarded = await probe.http({ name: outside.namespace }, `http://${host.publicAddress}:${port}/`);
    hold(forwarded?.server === guest.name, `${host.publicAddress}:${port} did not lead to ${guest.name}`);
    for (const asking of [web, db]) {
      const answer = await probe.http(
        { name: asking.namespace },
        `http://${metadata.address}:${metadata.port}/`,
      );
      hold(answer?.server === 'metadata', `${asking.name} did not reach the metadata service`);
      hold(answer.client === asking.address, `the metadata service saw ${asking.name} as ${answer.client}`);
    }
    return `${host.publicAddress}:${port} is ${guest.name}; ${metadata.address} knows who asks`;
  },
};
