import { TimeoutError } from 'netdev-core';
import type { BridgeConfig } from './bridge-config.js';
import { startHandlerProcess } from './handler-process.js';
import type { Receiver } from './receiver.js';
import { connectSocket } from './socket-receiver.js';

/**
 * Works with the receiver that the configuration names, for `timeoutMs` at most.
 *
 * @param output where what a handler module prints goes
 * @throws TimeoutError
 */
export async function withReceiver<Result>(
  { target, timeoutMs }: Pick<BridgeConfig, 'target' | 'timeoutMs'>,
  output: NodeJS.WritableStream,
  work: (receiver: Receiver) => Promise<Result>,
): Promise<Result> {
  const signal = AbortSignal.timeout(timeoutMs);
  const receiver =
    'socket' in target
      ? connectSocket(target.socket, signal)
      : startHandlerProcess(target.handler, signal, output);
  try {
    return await work(receiver);
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new TimeoutError({
      operation: 'have handled',
      object: 'socket' in target ? target.socket : target.handler,
      detail: `no answer within ${timeoutMs} ms`,
      cause: error,
    });
  } finally {
    await receiver.close();
  }
}
