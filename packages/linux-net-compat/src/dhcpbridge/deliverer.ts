import { deliverJournal, queueForDelivery } from './deliver.js';
import type { DeliveryOrder, DeliveryOutcome } from './delivery-order.js';
import { LeaseState } from './lease-state.js';
import { openModule } from './module-receiver.js';
import { askLeases, handOn, type Receiver } from './receiver.js';
import { connectSocket } from './socket-receiver.js';
import { startWatchdog } from './watchdog.js';

/**
 * The program that hands on, and in which a handler module runs: apart from the one that dnsmasq waits for,
 * which it outlives when it takes its time. What it prints is in the network's log.
 */
async function deliver(order: DeliveryOrder): Promise<DeliveryOutcome> {
  const watchdog = startWatchdog();
  const { stateDirectory, network, target, timeoutMs, unkept } = order;
  const state = await LeaseState.open(stateDirectory, network, (text) => console.error(text));
  // Who is waited for cannot leave it to others.
  const isAwaited = order.init || unkept !== undefined;
  const lock = isAwaited ? await state.lock('delivery', timeoutMs) : await queueForDelivery(state);
  if (lock === undefined) return { result: 'busy' };
  const inner = 'socket' in target ? connectSocket(target.socket) : openModule(target.handler);
  const receiver: Receiver = {
    async ask(request) {
      await lock.refresh();
      return watchdog.during(timeoutMs, () => inner.ask(request));
    },
  };
  try {
    await deliverJournal(state, receiver);
    if (unkept !== undefined) await handOn(receiver, unkept);
    return { result: 'done', ...(order.init ? { leases: await askLeases(receiver, network) } : {}) };
  } finally {
    await lock.release();
  }
}

function failed(error: unknown): DeliveryOutcome {
  console.error(new Date().toISOString(), error);
  return { result: 'failed', error: error instanceof Error ? error.message : String(error) };
}

const outcome = await deliver(JSON.parse(process.argv[2] ?? '') as DeliveryOrder).catch(failed);
// Nobody may be waiting any more.
if (process.connected) process.send?.(outcome, () => process.exit());
else process.exit();
