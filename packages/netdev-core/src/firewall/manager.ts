import type { NamespaceRef } from '../netdev/namespace.js';
import type { OperationOptions } from '../operation-options.js';
import type { Key } from '../values/index.js';
import type { Intent, IntentKind } from './intent.js';

/** Intents that come and go together, under one key. */
export interface IntentGroup {
  /** `floating/203.0.113.7`; see `parseKey`. */
  key: string;
  intents: readonly Intent[];
}

/** What every firewall backend accepts when it is made. */
export interface FirewallOptions {
  /** Work in this namespace instead of the process's own. */
  namespace?: NamespaceRef | undefined;
  /**
   * Marks what is ours (chain prefix, anchor name): 1 to 16 of `A-Z a-z 0-9 _ -`. Two managers with
   * different owners live side by side; one that starts again with the same owner takes over what
   * its predecessor left. Left out: `netdev`.
   */
  owner?: string | undefined;
}

/**
 * The contract of a firewall backend.
 *
 * Groups are collected in memory by `put` and `delete`; `apply` makes the platform's rule set say
 * what the groups say, and leaves every rule that is not ours, its order and its counters alone.
 */
export interface FirewallManager extends AsyncDisposable {
  /** The name it is registered by: `firewall-iptables`. */
  readonly name: string;
  /** The intents that this backend can express on this host. */
  readonly capabilities: ReadonlySet<IntentKind>;

  /**
   * Adds a group, or replaces the one with the same key. Takes effect with the next `apply`.
   * @throws InvalidArgumentError naming the field; UnsupportedError naming the intent; then nothing has changed
   */
  put(group: IntentGroup): Promise<void>;
  /** Removes a group; answers whether there was one. Takes effect with the next `apply`. */
  delete(key: string): Promise<boolean>;
  /** The groups as they were put, by key in sorted order. */
  list(): Promise<IntentGroup[]>;

  /**
   * Makes it so. Does nothing, and takes no lock, when there is nothing to do. Inside `defer` it
   * only notes that it was asked.
   * @throws BusyError when somebody holds the rule set; PermissionError; MissingToolError
   */
  apply(options?: OperationOptions): Promise<ApplyResult>;
  /** Runs `work`; every `apply` asked for in it is done as one at its end, also when it throws. */
  defer<T>(work: () => Promise<T>, options?: OperationOptions): Promise<T>;
  /** Compares the platform's rule set with the groups and mends what somebody else broke. */
  reconcile(options?: OperationOptions): Promise<ApplyResult>;
  /** Live counters per group. Groups that were not applied yet count zero. */
  status(options?: OperationOptions): Promise<GroupStatus[]>;
  /** Takes all that is ours out of the platform's rule set, and forgets the groups. */
  clear(options?: OperationOptions): Promise<ApplyResult>;

  close(): Promise<void>;
}

export interface ApplyResult {
  /** Whether anything was written. */
  changed: boolean;
  /** Rules (or the backend's like) that were added and removed. */
  added: number;
  removed: number;
}

export interface GroupStatus {
  key: Key;
  /** Rules in the platform's rule set. */
  rules: number;
  packets: bigint;
  bytes: bigint;
}
