import type { DhcpOption } from './option.js';

/** A guest that gets the same address every time. */
export interface DhcpHost {
  mac: string;
  address: string;
  /** Also its name in the DNS. */
  hostname?: string;
  /** Only for this host, over those of the network. */
  options?: readonly DhcpOption[];
  /** Seconds; left out: as the network. */
  leaseTime?: number;
}
