import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MessagePort } from 'node:worker_threads';
import { ipToBytes, parseIpAddress } from 'netdev-core';
import { gratuitousArp } from '../announce/arp.js';
import { unsolicitedAdvertisement } from '../announce/neighbour-advertisement.js';
import { macToBytes } from '../driver/mac-bytes.js';
import type { Announcement } from '../kernel.js';
import type { Libc } from '../native/libc.js';
import { sendFrame } from '../native/packet.js';
import { openRouteSocket, type RouteSocket } from '../native/route-socket.js';
import { createTap } from '../native/tap.js';
import { type Answer, setSequence, startConversation } from '../netlink/index.js';
import { failureOf } from './failure.js';
import type { FromWorker, ToWorker, WorkerCallName, WorkerCalls } from './protocol.js';

type Handlers = { [Name in WorkerCallName]: (given: WorkerCalls[Name]['given']) => unknown };

/** Answers calls for the namespace that this thread is in, one after the other, until told to close. */
export function serve(libc: Libc, port: MessagePort): void {
  const socket = openRouteSocket(libc);
  const say = (message: FromWorker): void => port.postMessage(message);
  const exchange = createExchange(socket);
  const handlers: Handlers = {
    exchange: ({ requests }) => exchange(requests),
    createTap: (tap) => createTap(libc, tap),
    readSysctl: ({ path }) => readFileSync(`/proc/sys/${path}`, 'utf8'),
    writeSysctl: ({ path, value }) => writeFileSync(`/proc/sys/${path}`, value),
    announce: (announcement) => announce(libc, announcement),
  };
  port.on('message', async (message: ToWorker) => {
    if ('close' in message) {
      socket.close();
      port.close();
      return;
    }
    const { id, call, given } = message;
    try {
      say({ id, answer: await handlers[call](given as never) });
    } catch (error) {
      say({ id, failure: failureOf(error) });
    }
  });
  say({ ready: true });
}

/**
 * Sends all requests and reads until each has its answer. The kernel works within the send, so the
 * answers wait already; but a dump must have the socket for itself, so each goes alone.
 */
function createExchange(socket: RouteSocket): (requests: readonly Uint8Array[]) => Answer[] {
  let sequence = 0;
  return (requests) => {
    const sequences = requests.map((request) => {
      sequence = (sequence % 0xffff_fffe) + 1;
      setSequence(request, sequence);
      return sequence;
    });
    const conversation = startConversation(sequences);
    const total = requests.reduce((length, request) => length + request.length, 0);
    const datagram = new Uint8Array(total);
    let offset = 0;
    for (const request of requests) {
      datagram.set(request, offset);
      offset += request.length;
    }
    if (total > 0) socket.send(datagram);
    while (!conversation.ended) conversation.receive(socket.receive());
    return conversation.answers();
  };
}

async function announce(
  libc: Libc,
  { linkIndex, mac, address, count, intervalMs }: Announcement,
): Promise<void> {
  const parsed = ipToBytes(parseIpAddress(address));
  const frame = (parsed.length === 4 ? gratuitousArp : unsolicitedAdvertisement)(macToBytes(mac), parsed);
  for (let sent = 0; sent < count; sent++) {
    if (sent > 0) await sleep(intervalMs);
    sendFrame(libc, linkIndex, frame);
  }
}
