import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { PlatformError } from 'netdev-core';
import type { Receiver } from './receiver.js';

/** Hands on to who listens on a unix socket: a JSON line a request, and one for its answer. */
export function connectSocket(path: string): Receiver {
  const socket = connect(path);
  const failure = (detail: string): PlatformError =>
    new PlatformError({ operation: 'talk to', object: path, detail });
  let ended: string | undefined;
  const end = new Promise<void>((resolve) => {
    socket.once('error', ({ message }) => {
      ended ??= message;
      resolve();
    });
    socket.once('close', () => {
      ended ??= 'it closed the connection';
      resolve();
    });
  });
  const lines = createInterface({ input: socket });
  // It repeats what the socket itself tells.
  lines.on('error', () => {});

  return {
    async ask(request) {
      const line = once(lines, 'line').then(([text]: string[]) => text ?? '');
      const gone = end.then(() => Promise.reject(failure(ended ?? 'it is gone')));
      socket.write(`${JSON.stringify(request)}\n`);
      return parseAnswer(await Promise.race([line, gone]), failure);
    },
  };
}

function parseAnswer(text: string, failure: (detail: string) => PlatformError): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw failure('its answer is no JSON');
  }
}
