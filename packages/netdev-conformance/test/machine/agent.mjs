// A machine of a test network: answers TCP connections with the address that they come from, and connects itself.
// A line of JSON in, a line of JSON out.
import { connect, createServer } from 'node:net';
import { createInterface } from 'node:readline';

/** Longer than any answer takes, and shorter than it takes TCP to ask a second time. */
const PATIENCE_MS = 800;

/** @param {{ port: number }} order @returns {Promise<undefined>} */
function serve({ port }) {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.end(`${socket.remoteAddress}`.replace('::ffff:', ''));
    });
    server.on('error', reject);
    server.listen(port, '0.0.0.0', () => resolve(undefined));
  });
}

/** @param {{ address: string, port: number, source?: string }} order @returns {Promise<string | undefined>} */
function reach({ address, port, source }) {
  return new Promise((resolve) => {
    const socket = connect({
      host: address,
      port,
      ...(source === undefined ? {} : { localAddress: source }),
    });
    /** @param {string} [seen] */
    const end = (seen) => {
      socket.destroy();
      resolve(seen);
    };
    socket.setTimeout(PATIENCE_MS, () => end());
    socket.on('error', () => end());
    socket.on('data', (seen) => end(String(seen)));
  });
}

createInterface({ input: process.stdin }).on('line', async (line) => {
  const { id, work, ...order } = JSON.parse(line);
  const outcome = await (work === 'serve' ? serve(order) : reach(order)).then(
    (result) => ({ result }),
    (error) => ({ error: String(error) }),
  );
  process.stdout.write(`${JSON.stringify({ id, ...outcome })}\n`);
});
process.stdin.on('end', () => process.exit());
