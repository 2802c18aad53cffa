import 'dhcp-dnsmasq';
import 'firewall-iptables';
import 'netdev-linux';
import { resolve } from 'netdev-core';
import { createHostFiles, createRunner } from 'netdev-exec';
import type { Host } from './host.js';

/** In the sandbox's own /run, where the DHCP server may read its files whatever user it changes to. */
const directory = '/run/netdev-demo';

/** The drivers of this platform, working in the network that the process is in. */
export async function createHost(firewall: string): Promise<Host> {
  const files = createHostFiles();
  return {
    netdev: await resolve('netdev'),
    firewall: await resolve('firewall', firewall),
    dhcp: await resolve('dhcp', 'auto', { directory: `${directory}/dhcp` }),
    runner: createRunner(),
    files,
    directory,
  };
}
