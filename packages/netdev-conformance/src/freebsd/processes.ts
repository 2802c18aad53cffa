import type { DnsmasqServer } from './dnsmasq/server.js';
import type { FreeBsdKernel } from './kernel.js';
import type { Vnet } from './vnet.js';

/** A process that stays. */
export interface HostProcess {
  readonly pid: number;
  readonly argv: readonly string[];
  readonly began: Date;
  /** The stack that it runs in. */
  readonly vnet: Vnet;
  /** What it serves. */
  readonly server: DnsmasqServer;
  kill(): void;
}

/** The DHCP and DNS servers of a stack. */
export function serversIn(kernel: FreeBsdKernel, vnet: Vnet): DnsmasqServer[] {
  return [...kernel.processes.values()].filter((one) => one.vnet === vnet).map(({ server }) => server);
}
