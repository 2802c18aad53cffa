/** The services of services(5) that rules of FreeBSD's tests and manuals name, and those of DHCP. */
const services: Readonly<Record<string, number>> = {
  echo: 7,
  daytime: 13,
  ftp: 21,
  ssh: 22,
  smtp: 25,
  domain: 53,
  bootps: 67,
  bootpc: 68,
  http: 80,
  auth: 113,
  ntp: 123,
  isakmp: 500,
  'dhcpv6-client': 546,
  'dhcpv6-server': 547,
  pip: 1321,
  spamd: 8025,
};

const names = new Map(Object.entries(services).map(([name, port]) => [port, name]));

/** A port by its number or name; `undefined`: there is none of this name. */
export function portOf(word: string): number | undefined {
  if (/^\d+$/.test(word)) return Number(word) <= 65_535 ? Number(word) : undefined;
  return Object.hasOwn(services, word) ? services[word] : undefined;
}

/** As pfctl shows a port: by its name, where it has one. */
export function portName(port: number): string {
  return names.get(port) ?? String(port);
}

/** The protocols that rules name, by their names in protocols(5). */
export const protocolNames: ReadonlySet<string> = new Set([
  'icmp',
  'icmp6',
  'tcp',
  'udp',
  'ipv6',
  'ah',
  'esp',
  'gre',
  'sctp',
]);

/** Types of ICMP and ICMPv6 by the names that pf.conf(5) has for them, as far as rules use them. */
export const icmpTypes: Readonly<Record<'icmp' | 'icmp6', Readonly<Record<string, number>>>> = {
  icmp: { echorep: 0, unreach: 3, echoreq: 8, timex: 11 },
  icmp6: {
    unreach: 1,
    toobig: 2,
    echoreq: 128,
    echorep: 129,
    routersol: 133,
    routeradv: 134,
    neighbrsol: 135,
    neighbradv: 136,
  },
};
