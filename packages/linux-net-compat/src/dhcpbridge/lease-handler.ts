/** A lease that a guest holds. All but the times was written by the guest or for it: values, never syntax. */
export interface HeldLease {
  address: string;
  /**
   * Lower case with colons. Hardware other than Ethernet has its ARP type in front, as dnsmasq(8)
   * writes it: `06-02:00:00:00:00:01`.
   */
  mac: string;
  /** One label by the rules of the DNS (RFC 1123, 2.1), without a domain; any other name is left out. */
  hostname?: string;
  /** Hex bytes joined by colons. */
  clientId?: string;
  /** Seconds since 1970; 0: never. Left out: nobody knows. */
  expires?: number;
}

/** What a server tells of one lease (dnsmasq(8), `--dhcp-script`). */
export interface LeaseEvent {
  /** `add`: given; `old`: still held, renewed or changed; `del`: given back, or its time was up. */
  action: 'add' | 'old' | 'del';
  /** The same one when the event is handed on again. */
  id: string;
  /** When it was told, in ISO 8601. */
  time: string;
  /** The `id` of the network. */
  network: string;
  /** The device on which the guest asked; left out where the server does not say. */
  interface?: string;
  lease: HeldLease;
}

/** Asks for the leases that a network's server is to start with. */
export interface LeaseQuery {
  action: 'init';
  /** The `id` of the network. */
  network: string;
}

/**
 * What a handler module exports. A call is done when its promise is; what throws, or takes longer than
 * `timeoutMs`, is called again with the same event later, before any that came after it. An event can so
 * arrive twice (at least once), and the handler knows it by its `id`.
 */
export interface LeaseHandler {
  add(event: LeaseEvent): unknown;
  old(event: LeaseEvent): unknown;
  del(event: LeaseEvent): unknown;
  /** The leases that a network's server is to start with: all of them, since it forgets the others. */
  init(query: LeaseQuery): readonly HeldLease[] | Promise<readonly HeldLease[]>;
}
