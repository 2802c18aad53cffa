import type { DhcpDriver, OperationOptions } from 'netdev-core';
import type { DnsmasqLogEntry } from './log/follow-log.js';
import type { SuperviseOptions } from './supervision/parse-settings.js';

/** What the dnsmasq backend can do beside the contract. */
export interface DnsmasqDriver extends DhcpDriver {
  /**
   * What the server of a network says from now on, line by line: starts and files that it reads, addresses that it does not hand
   * out and why, failures. Ends with `signal`, `break` or `close`. That is for people and their alarms; what becomes
   * of leases is told by `events`.
   * @throws InvalidArgumentError
   */
  log(key: string, options?: OperationOptions): AsyncIterable<DnsmasqLogEntry>;
  /**
   * Starts servers of this directory again that end by themselves, with longer and longer pauses, and those that do not run
   * at the time of the call. What they serve is what they served last. One program at a time is to
   * do so, the one that changes them too. Ends with `stop` or `close`; the servers run on.
   * @throws InvalidArgumentError
   */
  supervise(options: SuperviseOptions): Supervision;
}

export interface Supervision extends AsyncDisposable {
  /** Ends the supervision, and resolves once nothing of it is under way. Rejects with what it failed of, if it did. */
  stop(): Promise<void>;
}
