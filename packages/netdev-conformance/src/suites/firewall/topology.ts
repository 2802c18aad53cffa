/** From where a probe sends, and where it listens. */
export type FirewallEnd = 'a1' | 'a2' | 'b1' | 'w1' | 'router';

/**
 * The network that a {@link FirewallProbe} works on: a router with two bridges of guests and an
 * uplink to an outside world, forwarding IPv4, with no firewall rules but its own. Guests have the
 * router's address on their bridge as their default gateway. What is bridged has to pass the packet filter too, where
 * that is a matter of settings.
 */
export const firewallTopology = {
  uplink: { device: 'uplink', address: '203.0.113.2/24' },
  bridges: {
    'br-a': { address: '10.1.0.1/24', network: '10.1.0.0/24' },
    'br-b': { address: '10.2.0.1/24', network: '10.2.0.0/24' },
  },
  ends: {
    a1: { device: 'br-a', port: 'p-a1', address: '10.1.0.11/24', mac: '02:00:5e:10:00:a1' },
    a2: { device: 'br-a', port: 'p-a2', address: '10.1.0.12/24', mac: '02:00:5e:10:00:a2' },
    b1: { device: 'br-b', port: 'p-b1', address: '10.2.0.11/24', mac: '02:00:5e:10:00:b1' },
    /** Knows that 10.0.0.0/8 is behind 203.0.113.2. */
    w1: { device: 'uplink', port: 'uplink', address: '203.0.113.1/24', mac: '02:00:5e:10:00:01' },
  },
} as const;

/** Sends TCP connections through the subject of a firewall suite. */
export interface FirewallProbe {
  /** Lets an end answer TCP connections to a port with the address that they come from. */
  serve(end: FirewallEnd, port: number): Promise<void>;
  /**
   * Connects from an end, and gives the address that the server saw; `undefined`: no answer. Is called for several ends at
   * once.
   */
  connect(from: FirewallEnd, address: string, port: number): Promise<string | undefined>;
  /** The same from an address that the end has not, but takes. */
  connectFrom(from: FirewallEnd, source: string, address: string, port: number): Promise<string | undefined>;
  /** Gives the router one more address on its uplink. */
  addAddress(address: string): Promise<void>;
  /** Makes the router refuse connections to itself that nothing lets in. */
  refuseInput(): Promise<void>;
}
