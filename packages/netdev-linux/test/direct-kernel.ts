import type { Kernel } from '../src/kernel.js';
import { loadLibc } from '../src/native/libc.js';
import { enterNamespace } from '../src/native/namespace.js';
import { openRouteSocket, type RouteSocket } from '../src/native/route-socket.js';
import type { Answer, Told } from '../src/netlink/index.js';
import { createExchange } from '../src/worker/exchange.js';

/** The kernel of a named namespace, asked from this thread: a test sees each send, and may spoil it. */
export interface DirectKernel extends Kernel {
  beforeExchange: ((requests: Uint8Array[]) => void) | undefined;
  afterExchange: ((answers: readonly Answer[]) => void) | undefined;
  /** Called when the first part of an answer was read, and there may be more. */
  afterFirstPart: (() => void) | undefined;
}

export function directKernel(namespace: string): DirectKernel {
  const libc = loadLibc();
  enterNamespace(libc, `/run/netns/${namespace}`);
  // A socket stays in the namespace that it was made in; the thread goes back to that of the sandbox.
  const socket = openRouteSocket(libc);
  enterNamespace(libc, '/proc/1/ns/net');
  const unused = (): never => {
    throw new Error('not for this test');
  };
  let parts = 0;
  const watched: RouteSocket = {
    ...socket,
    send: (data) => {
      parts = 0;
      socket.send(data);
    },
    receive: () => {
      if (parts === 1) kernel.afterFirstPart?.();
      parts += 1;
      return socket.receive();
    },
  };
  const exchange = createExchange(watched, unused);
  const kernel: DirectKernel = {
    beforeExchange: undefined,
    afterExchange: undefined,
    afterFirstPart: undefined,
    assertUsable: () => {},
    exchange: async (given) => {
      const requests = given.filter((request) => request instanceof Uint8Array);
      kernel.beforeExchange?.(requests);
      const answers = exchange.ask(requests);
      kernel.afterExchange?.(answers);
      return answers;
    },
    dump: async (request, take) => {
      const messages: Told[] = [];
      kernel.beforeExchange?.([request]);
      const end = exchange.dump(request, (told) => {
        for (const { type, payload } of told) messages.push({ type, payload: new Uint8Array(payload) });
      });
      kernel.afterExchange?.([{ ...end, messages }]);
      for (const { payload } of messages) take(payload);
      return end;
    },
    ...{ readSysctl: unused, writeSysctl: unused, announce: unused },
    ...{ deleteNamespace: unused, subscribe: unused },
    close: async () => socket.close(),
  };
  return kernel;
}
