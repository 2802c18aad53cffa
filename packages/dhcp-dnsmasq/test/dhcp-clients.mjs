// Many DHCP clients in one process, over one UDP socket: real exchanges (RFC 2131) that load a server.
//
//   node dhcp-clients.mjs FIRST COUNT AT-ONCE [hold | paced]
//
// Each client, numbered from FIRST, asks for an address and requests what it is offered. With `hold` it then renews that
// again and again until the standard input ends; with `paced` there is a pause between one client and the next. For each answer a line `{"mac", "address", "type", "ms", "at"}` is
// printed: the type is `ack` or `nak`, `ms` is since the client's first word, `at` milliseconds since 1970.
import { createSocket } from 'node:dgram';

const [first, count, atOnce, mode] = process.argv.slice(2);
const [DISCOVER, OFFER, REQUEST, ACK, NAK] = [1, 2, 3, 5, 6];
const COOKIE = 0x63825363;
// RFC 2131, 4.1, has clients wait for four seconds; those that hold leases try a server that is started again sooner.
const RETRY_MS = mode === 'hold' ? 1000 : 4000;
const RENEW_MS = 100;
const PAUSE_MS = 50;
const TRIES = 60;

/**
 * @typedef {{ mac: string, requested?: string | undefined, server?: string | undefined }} Words
 * @typedef {{ xid: number, address: string, type: number | undefined, server: string | undefined }} Answer
 */

/** @param {number} number */
function macOf(number) {
  const bytes = [24, 16, 8, 0].map((bits) => ((number >>> bits) & 255).toString(16).padStart(2, '0'));
  return ['02', '1d', ...bytes].join(':');
}

/**
 * A message of a client (RFC 2131, 2; options of RFC 2132). It asks for answers by broadcast, as it has no address.
 * @param {number} type
 * @param {Words & { xid: number }} words
 */
function message(type, { xid, mac, requested, server }) {
  const head = Buffer.alloc(240);
  head.set([1, 1, 6, 0]);
  head.writeUInt32BE(xid, 4);
  head.writeUInt16BE(0x8000, 10);
  head.set(Buffer.from(mac.replaceAll(':', ''), 'hex'), 28);
  head.writeUInt32BE(COOKIE, 236);
  /** @type {(code: number, value: string | undefined) => number[]} */
  const address = (code, value) => (value === undefined ? [] : [code, 4, ...value.split('.').map(Number)]);
  const options = [53, 1, type, ...address(50, requested), ...address(54, server), 55, 3, 1, 3, 6, 255];
  return Buffer.concat([head, Buffer.from(options), Buffer.alloc(60)]);
}

/**
 * @param {Buffer} packet
 * @returns {Answer | undefined}
 */
function parse(packet) {
  if (packet.length < 240 || packet.readUInt32BE(236) !== COOKIE) return undefined;
  /** @type {Map<number, Buffer>} */
  const options = new Map();
  for (let at = 240; at + 1 < packet.length && packet[at] !== 255; ) {
    const length = packet[at + 1] ?? 0;
    if (packet[at] !== 0) options.set(packet[at] ?? 0, packet.subarray(at + 2, at + 2 + length));
    at += packet[at] === 0 ? 1 : 2 + length;
  }
  return {
    xid: packet.readUInt32BE(4),
    address: packet.subarray(16, 20).join('.'),
    type: options.get(53)?.[0],
    server: options.get(54)?.join('.'),
  };
}

const socket = createSocket({ type: 'udp4', reuseAddr: true });
/** @type {Map<number, (answer: Answer) => void>} */
const waiting = new Map();
socket.on('message', (packet) => {
  const answer = parse(packet);
  if (answer !== undefined) waiting.get(answer.xid)?.(answer);
});
let lastXid = (process.pid << 16) >>> 0;
let ended = false;

/**
 * Sends until an answer of one of these types comes; `undefined` when none does.
 * @param {number} type
 * @param {Words} words
 * @param {number[]} types
 * @returns {Promise<Answer | undefined>}
 */
async function exchange(type, words, types) {
  for (let turn = 0; turn < TRIES && !ended; turn++) {
    lastXid = (lastXid + 1) >>> 0;
    const xid = lastXid;
    /** @type {Answer | undefined} */
    const answer = await new Promise((resolve) => {
      const timer = setTimeout(() => resolve(undefined), RETRY_MS);
      waiting.set(xid, (found) => {
        if (!types.includes(found.type ?? 0)) return;
        clearTimeout(timer);
        resolve(found);
      });
      // A server that is down is asked again.
      socket.send(message(type, { ...words, xid }), 67, '255.255.255.255', () => {});
    });
    waiting.delete(xid);
    if (answer !== undefined) return answer;
  }
  return undefined;
}

/** @param {number} number */
async function live(number) {
  const mac = macOf(number);
  /** @type {string | undefined} */
  let held;
  do {
    const begin = performance.now();
    const offer =
      held === undefined ? await exchange(DISCOVER, { mac }, [OFFER]) : { address: held, server: undefined };
    if (offer === undefined) continue;
    const words = { mac, requested: offer.address, server: offer.server };
    const answer = await exchange(REQUEST, words, [ACK, NAK]);
    if (answer === undefined) continue;
    held = answer.type === ACK ? answer.address : undefined;
    const type = answer.type === ACK ? 'ack' : 'nak';
    const [ms, at] = [performance.now() - begin, performance.timeOrigin + performance.now()];
    console.log(JSON.stringify({ mac, address: offer.address, type, ms, at }));
    if (mode === 'hold') await new Promise((resolve) => setTimeout(resolve, RENEW_MS));
  } while (mode === 'hold' ? !ended : held === undefined);
}

socket.bind(68, async () => {
  socket.setBroadcast(true);
  if (mode === 'hold') {
    process.stdin.resume().on('end', () => {
      ended = true;
    });
  }
  const left = Array.from({ length: Number(count) }, (_, index) => Number(first) + index);
  const one = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      await live(next);
      if (mode === 'paced') await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  };
  await Promise.all(Array.from({ length: Math.min(Number(atOnce), left.length) }, one));
  socket.close();
});
