import { type BridgeConfig, readBridgeConfig } from './bridge-config.js';
import type { DeliveryOrder } from './delivery-order.js';
import type { HeldLease, LeaseEvent } from './lease-handler.js';
import { leaseLines } from './lease-lines.js';
import { LeaseState } from './lease-state.js';
import { type Environment, parseInvocation } from './parse-invocation.js';
import { parseLeases } from './parse-lease.js';
import { startDelivery } from './start-delivery.js';

/** What a run is given by who starts it. */
export interface BridgeCall {
  argv: readonly string[];
  environment: Environment;
  now: Date;
  /** Takes what went wrong. */
  report: (text: string) => void;
}

/** What a run comes to: its exit status, and the text that dnsmasq is to read. */
export interface BridgeResult {
  exitCode: number;
  stdout: string;
}

const DONE = 0;
const FAILED = 1;
const MISUSED = 2;

/**
 * Does what dnsmasq asks its script for. What was told is kept before anything else is tried, and is handed on
 * by another program, so that a handler that fails in whatever way costs no event, and dnsmasq little time.
 */
export async function runBridge(call: BridgeCall): Promise<BridgeResult> {
  try {
    const invocation = parseInvocation(call.argv, call.environment, call.now);
    if (invocation === undefined) return { exitCode: DONE, stdout: '' };
    const config = await readBridgeConfig(invocation.configFiles);
    const state = await LeaseState.open(config.stateDirectory, invocation.network, call.report);
    if (invocation.action !== 'init') {
      return { exitCode: await tell(call, config, state, invocation.event), stdout: '' };
    }
    const leases = await startingLeases(call, config, state, invocation.network);
    if (leases === undefined) return { exitCode: FAILED, stdout: '' };
    const unknownEnd = Math.floor(call.now.getTime() / 1000) + config.leaseTime;
    return { exitCode: DONE, stdout: leaseLines(leases, unknownEnd) };
  } catch (error) {
    call.report(messageOf(error));
    return { exitCode: MISUSED, stdout: '' };
  }
}

async function tell(
  { report }: BridgeCall,
  config: BridgeConfig,
  state: LeaseState,
  event: LeaseEvent,
): Promise<number> {
  const isKept = await state.record(event);
  const failure = await handOn(config, state, event, { isKept }).catch(messageOf);
  if (failure === undefined) return DONE;
  report(`${event.action} ${event.lease.address} ${isKept ? 'is kept' : 'may be lost'}: ${failure}`);
  return isKept ? DONE : FAILED;
}

/** Answers why the event is not handed on yet, if it is not. */
async function handOn(
  config: BridgeConfig,
  state: LeaseState,
  event: LeaseEvent,
  { isKept }: { isKept: boolean },
): Promise<string | undefined> {
  const busy = 'the handler is still busy';
  const isBusy = await state.isLocked('delivery');
  if (isKept && isBusy && (await state.isLocked('next'))) return busy;
  const order = orderOf(config, event.network, isKept ? {} : { unkept: event });
  const delivery = await startDelivery(order, state.logPath);
  // Behind others there is nothing to wait for: as long as one waits, dnsmasq tells no more, and what it has
  // not told is lost when it is killed.
  const patience = isKept ? (isBusy ? 0 : config.waitMs) : config.timeoutMs;
  const outcome = await delivery.outcome(patience);
  if (outcome?.result === 'done') return undefined;
  return outcome?.result === 'failed' ? outcome.error : busy;
}

/** What the handler says, or what is known without it; `undefined` when nothing is. */
async function startingLeases(
  { report }: BridgeCall,
  config: BridgeConfig,
  state: LeaseState,
  network: string,
): Promise<readonly HeldLease[] | undefined> {
  try {
    const leases = await askForLeases(config, state, network);
    await state.replaceKnown(leases);
    return leases;
  } catch (error) {
    const known = await state.known.read();
    const instead =
      known === undefined ? 'and no leases were told before' : 'the leases known last are taken';
    report(`no leases from the handler, ${instead}: ${messageOf(error)}`);
    return known;
  }
}

async function askForLeases(config: BridgeConfig, state: LeaseState, network: string): Promise<HeldLease[]> {
  const delivery = await startDelivery(orderOf(config, network, { init: true }), state.logPath);
  try {
    const outcome = await delivery.outcome(config.timeoutMs);
    if (outcome?.result === 'done') return parseLeases(outcome.leases);
    if (outcome?.result === 'failed') throw new Error(outcome.error);
    throw new Error(`no answer within ${config.timeoutMs} ms`);
  } finally {
    delivery.kill();
  }
}

function orderOf(
  { stateDirectory, target, timeoutMs }: BridgeConfig,
  network: string,
  more: Partial<DeliveryOrder>,
): DeliveryOrder {
  return { stateDirectory, target, timeoutMs, network, init: false, ...more };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
