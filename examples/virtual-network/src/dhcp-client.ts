import { join } from 'node:path';
import type { Host } from './host.js';
import type { Guest } from './topology.js';

/** What a DHCP server told a guest. */
export interface ClientLease {
  address: string;
  prefix: number;
  router: string;
  dns: string;
  server: string;
}

/**
 * What udhcpc calls with each event (busybox, networking/udhcp: the values come as environment
 * variables). It configures the card as any guest would, and notes what it was told.
 */
const clientScript = `#!/bin/sh
case "$1" in
  bound|renew)
    ip address flush dev "$interface" scope global
    ip address add "$ip/$mask" broadcast + dev "$interface"
    [ -z "$router" ] || ip route replace default via "\${router%% *}" dev "$interface"
    printf '%s\\n' "$ip" "$mask" "\${router%% *}" "\${dns%% *}" "$serverid" > "$NETDEV_LEASE"
    ;;
esac
`;

/** Runs a real DHCP client in a guest; `undefined` when no server answered its `tries`, a second each. */
export async function requestLease(
  host: Host,
  guest: Guest,
  signal?: AbortSignal,
  tries = 3,
): Promise<ClientLease | undefined> {
  const script = join(host.directory, 'udhcpc.sh');
  const file = join(host.directory, `lease-${guest.name}`);
  if ((await host.files.read(script)) !== clientScript)
    await host.files.write(script, clientScript, { mode: 0o755 });
  await host.files.remove(file);
  await host.runner
    .inNamespace({ name: guest.namespace })
    .run(
      [
        'busybox',
        'udhcpc',
        '-i',
        'eth0',
        '-f',
        '-n',
        '-q',
        '-t',
        String(tries),
        '-T',
        '1',
        '-x',
        `hostname:${guest.name}`,
        '-s',
        script,
      ],
      { accept: [0, 1], env: { NETDEV_LEASE: file }, signal },
    );
  const noted = await host.files.read(file);
  if (noted === undefined) return undefined;
  const [address = '', mask = '', router = '', dns = '', server = ''] = noted.split('\n');
  return { address, prefix: Number(mask), router, dns, server };
}
