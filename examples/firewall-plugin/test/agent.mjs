// One machine of the test network: answers TCP connections with the address that they come from, and connects itself.
// A line of JSON in, a line of JSON out.
import { existsSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { createInterface } from 'node:readline';

/** Longer than any answer takes, and shorter than it takes TCP to ask a second time. */
const PATIENCE_MS = 800;

/** Whom it did not find the last time, a machine asks for again in time, and not after a second (arp(7)). */
const retransmit = '/proc/sys/net/ipv4/neigh/eth0/retrans_time_ms';
if (existsSync(retransmit)) writeFileSync(retransmit, '100');

/** @type {Record<string, (order: any) => Promise<string | undefined>>} */
const works = {
  serve: ({ port }) =>
    new Promise((resolve, reject) => {
      createServer((socket) => {
        socket.on('error', () => {});
        socket.end(socket.remoteAddress?.replace('::ffff:', ''));
      })
        .on('error', reject)
        .listen(port, '0.0.0.0', () => resolve(undefined));
    }),
  connect: ({ address, port, source }) =>
    new Promise((resolve) => {
      const socket = connect({
        host: address,
        port,
        ...(source === undefined ? {} : { localAddress: source }),
      });
      const end = (/** @type {string | undefined} */ seen) => {
        socket.destroy();
        resolve(seen);
      };
      socket.setTimeout(PATIENCE_MS, () => end(undefined));
      socket.on('error', () => end(undefined));
      socket.on('data', (data) => end(String(data)));
    }),
};

createInterface({ input: process.stdin }).on('line', async (line) => {
  const { id, work, ...order } = JSON.parse(line);
  try {
    const result = await works[work]?.(order);
    process.stdout.write(`${JSON.stringify({ id, result })}\n`);
  } catch (error) {
    process.stdout.write(`${JSON.stringify({ id, error: String(error) })}\n`);
  }
});
