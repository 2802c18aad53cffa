import { type BridgeConfig, readBridgeConfig } from './bridge-config.js';
import { deliverJournal, whileDelivering } from './deliver.js';
import type { HeldLease, LeaseEvent } from './lease-handler.js';
import { leaseLines } from './lease-lines.js';
import { LeaseState } from './lease-state.js';
import { type Environment, parseInvocation } from './parse-invocation.js';
import { askLeases, handOn } from './receiver.js';
import { withReceiver } from './with-receiver.js';

/** What a run is given by who starts it. */
export interface BridgeCall {
  argv: readonly string[];
  environment: Environment;
  now: Date;
  /** Takes what went wrong. */
  report: (text: string) => void;
  /** Where what a handler module prints goes. */
  output: NodeJS.WritableStream;
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
 * Does what dnsmasq asks its script for. What was told is kept before anything else is tried, so that a
 * handler that fails in whatever way costs no event, and dnsmasq's time up to `timeoutMs` only.
 */
export async function runBridge(call: BridgeCall): Promise<BridgeResult> {
  try {
    const invocation = parseInvocation(call.argv, call.environment, call.now);
    if (invocation === undefined) return { exitCode: DONE, stdout: '' };
    const config = await readBridgeConfig(invocation.configFiles);
    if (invocation.action !== 'init') {
      return { exitCode: await tell(call, config, invocation.event), stdout: '' };
    }
    const leases = await startingLeases(call, config, invocation.network);
    if (leases === undefined) return { exitCode: FAILED, stdout: '' };
    const unknownEnd = Math.floor(call.now.getTime() / 1000) + config.leaseTime;
    return { exitCode: DONE, stdout: leaseLines(leases, unknownEnd) };
  } catch (error) {
    call.report(messageOf(error));
    return { exitCode: MISUSED, stdout: '' };
  }
}

async function tell(
  { report, output }: BridgeCall,
  config: BridgeConfig,
  event: LeaseEvent,
): Promise<number> {
  const state = await LeaseState.open(config.stateDirectory, event.network, report);
  const isKept = await state.record(event);
  try {
    await withReceiver(config, output, (receiver) =>
      whileDelivering(state, config.timeoutMs, async () => {
        await deliverJournal(state, receiver);
        if (!isKept) await handOn(receiver, event);
      }),
    );
    return DONE;
  } catch (error) {
    const fate = isKept ? 'kept for the next run' : 'lost';
    report(`${event.action} ${event.lease.address} is ${fate}: ${messageOf(error)}`);
    return isKept ? DONE : FAILED;
  }
}

/** What the handler says, or what is known without it; `undefined` when nothing is. */
async function startingLeases(
  { report, output }: BridgeCall,
  config: BridgeConfig,
  network: string,
): Promise<readonly HeldLease[] | undefined> {
  const state = await LeaseState.open(config.stateDirectory, network, report);
  try {
    const leases = await withReceiver(config, output, (receiver) =>
      whileDelivering(state, config.timeoutMs, async () => {
        await deliverJournal(state, receiver);
        return askLeases(receiver, network);
      }),
    );
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

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
