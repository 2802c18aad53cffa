import { vi } from 'vitest';
import { ipAll, ipJson, sh } from './host.js';

/**
 * A port `eth0` with addresses and routes of every sort, a bridge `br0` without any, and `eth1` beside them. IPv6
 * addresses are there at once, whether they have `nodad` or not.
 */
export function makeLayer3(namespace: string): void {
  sh('ip', 'netns', 'exec', namespace, 'sysctl', '-qw', 'net.ipv6.conf.default.accept_dad=0');
  ipAll(
    namespace,
    `link add name eth0 type veth peer name far
     link add name eth1 type veth peer name far1
     link add name br0 type bridge
     link set dev eth0 up
     link set dev far up
     link set dev eth1 up
     link set dev br0 up
     address add 192.0.2.10/24 brd + dev eth0
     address add 192.0.2.11/24 brd + dev eth0 label eth0:1
     address add 192.0.2.12/24 dev eth0 label other
     address add 198.51.100.1/32 peer 198.51.100.2/32 dev eth0
     address add 203.0.113.1/25 dev eth0 valid_lft 3000 preferred_lft 2000
     address add 10.9.0.1/16 dev eth0 noprefixroute
     address add 172.16.5.1/24 dev eth1
     -6 address add 2001:db8::1/64 dev eth0 nodad
     -6 address add 2001:db8:7::1/64 dev eth0 nodad noprefixroute
     -6 address add 2001:db8:8::1/64 dev eth0
     -6 address add 2001:db8:8::2/64 dev eth0 valid_lft 5000 preferred_lft 4000
     -6 address add 2001:db8:9::1/64 dev eth0 metric 77 home
     address add 10.10.0.1/24 dev eth0 metric 77
     route add default via 192.0.2.1 metric 50 src 192.0.2.11
     route add 10.0.0.0/8 via 192.0.2.2 proto static mtu lock 1300 advmss 1200
     route append 10.0.0.0/8 via 192.0.2.3
     route add 10.1.0.0/16 via 172.31.0.1 dev eth0 onlink proto dhcp
     route add 10.2.0.0/16 nexthop via 192.0.2.3 dev eth0 weight 3 nexthop via 172.16.5.9 dev eth1 weight 7
     route add 10.3.0.0/16 via inet6 2001:db8::9 dev eth0
     route add 10.4.0.0/16 dev eth0 table 70000
     route add 10.5.0.0/16 via 172.16.5.7 src 192.0.2.10
     route add 10.9.0.0/16 dev eth0 proto kernel scope link src 10.9.0.1
     route add blackhole 10.6.0.0/16
     route add 10.7.0.0/16 dev eth1
     -6 route add default via 2001:db8::99 dev eth0 metric 2048
     -6 route add default via fe80::99 dev eth0 metric 4096
     -6 route add 2001:db8:2::/48 nexthop via 2001:db8::3 dev eth0 nexthop via 2001:db8::4 dev eth0
     -6 route add 2001:db8:3::/48 via 2001:db8::3 dev eth0 expires 900`,
  );
}

export function removeLayer3(namespace: string): void {
  ipAll(
    namespace,
    'link delete dev br0\n link delete dev eth0\n link delete dev eth1\n route delete blackhole 10.6.0.0/16',
  );
}

/**
 * All that iproute2 tells of addresses and routes, as it is told, but for the seconds that run. The kernel makes the
 * local route of an IPv6 address some time after the address (addrconf_dad_work), which is waited for.
 */
export async function shownLayer3(namespace: string): Promise<string> {
  await vi.waitUntil(() => haveLocalRoutes(namespace), { timeout: 10_000, interval: 20 });
  const shown = [
    ['address', 'show'],
    ['-4', 'route', 'show', 'table', 'all'],
    ['-6', 'route', 'show', 'table', 'all'],
  ].map((words) => sh('ip', '-n', namespace, '-json', '-pretty', ...words));
  return shown
    .join('')
    .replaceAll(/("(?:valid|preferred)_life_time"|"expires"): (?!4294967295)\d+/g, '$1: running');
}

function haveLocalRoutes(namespace: string): boolean {
  const links = ipJson<{ ifname: string; addr_info: { local: string }[] }>(
    namespace,
    '-6',
    'address',
    'show',
  );
  const wanted = links.flatMap(({ ifname, addr_info: all }) => all.map(({ local }) => `${local} ${ifname}`));
  const words = ['-6', 'route', 'show', 'table', 'local', 'type', 'local'];
  const routes = ipJson<{ dst: string; dev: string }>(namespace, ...words);
  const made = new Set(routes.map(({ dst, dev }) => `${dst} ${dev}`));
  return wanted.every((one) => made.has(one));
}
