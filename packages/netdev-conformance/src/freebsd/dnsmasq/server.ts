import { ipv4FromNumber, ipv4ToNumber, parseIpAddress } from 'netdev-core';
import type { FreeBsdDisk } from '../disk.js';
import type { DnsmasqConfig } from './config.js';
import { linesOf, splitParts } from './config-line.js';
import { type OptionLine, optionsFor, readOption } from './dhcp-options.js';
import { type DhcpHost, readHosts, readNames } from './hosts.js';
import { type DnsmasqLease, readLeases, showLeases } from './leases.js';
import { type DhcpRange, isOn } from './range.js';

/** What a server offers a client. */
export interface DnsmasqOffer {
  address: string;
  /** The length of the network's prefix. */
  prefix: number;
  /** Seconds. */
  leaseTime: number;
  hostname: string | undefined;
  /** By number. */
  options: ReadonlyMap<number, readonly string[]>;
}

/** What a server is made with. */
export interface DnsmasqMeans {
  config: DnsmasqConfig;
  disk: FreeBsdDisk;
  /** Tells its log, a line at a time, of a part of the program. */
  say(part: 'dnsmasq' | 'dnsmasq-dhcp' | 'dnsmasq-script', line: string): void;
}

/** A dnsmasq that serves: addresses as it was told, and names. */
export class DnsmasqServer {
  readonly config: DnsmasqConfig;
  readonly #disk: FreeBsdDisk;
  readonly #say: DnsmasqMeans['say'];
  #leases: DnsmasqLease[];
  #hosts: readonly DhcpHost[] = [];
  #options: readonly OptionLine[] = [];
  #names: ReadonlyMap<string, string> = new Map();

  constructor({ config, disk, say }: DnsmasqMeans) {
    this.config = config;
    this.#disk = disk;
    this.#say = say;
    this.#leases = readLeases(this.#read(config.leases));
    this.#load();
  }

  /** What SIGHUP does: reads the hosts, options and names again. */
  reload(): void {
    this.#load();
  }

  /** Offers an address to whoever asks on its network; `undefined`: it stays silent. */
  offer(mac: string, hostname: string | undefined): DnsmasqOffer | undefined {
    this.#forgetExpired();
    const { config } = this;
    const host = this.#hosts.find((one) => one.mac === mac);
    if (host === undefined ? config.ignoresUnknown : host.ignored) return undefined;
    const near = config.ranges.filter(
      (range) => range.family === 'inet' && config.listenAddresses.some((own) => isOn(range, own)),
    );
    for (const range of near) {
      const address = this.#addressFor(range, mac, host);
      if (address === undefined) continue;
      const tags = [
        ...(host === undefined ? [] : ['known', ...host.tags]),
        ...(range.tag === undefined ? [] : [range.tag]),
        ...config.classes.filter(({ fits }) => fits({ mac })).map(({ tag }) => tag),
      ];
      return {
        address,
        prefix: range.prefix,
        leaseTime: host?.leaseTime ?? range.leaseTime,
        hostname: host?.hostname ?? this.#nameFrom(hostname),
        options: optionsFor([...config.options, ...this.#options], tags),
      };
    }
    return undefined;
  }

  /** The client took an offer. */
  grant(mac: string, { address, hostname, leaseTime }: DnsmasqOffer): void {
    const held = this.#leases.find((lease) => lease.mac === mac && lease.address === address);
    const expires = Math.floor(Date.now() / 1000) + leaseTime;
    const lease: DnsmasqLease = { expires, mac, address, hostname, clientId: `01:${mac}` };
    for (const gone of this.#leases.filter((one) => one.mac === mac && one.address !== address))
      this.#tell('del', gone);
    this.#leases = [...this.#leases.filter((one) => one.mac !== mac), lease];
    this.#save();
    if (held === undefined) this.#tell('add', lease);
    else if (this.config.tellsRenewals) this.#tell('old', lease);
  }

  /** The address of a name, from the files of names and the clients that have one. */
  resolve(name: string): string | undefined {
    this.#forgetExpired();
    const wanted = name.toLowerCase();
    const known = this.#names.get(wanted);
    if (known !== undefined) return known;
    const { domain } = this.config;
    return this.#leases.find(
      ({ hostname }) =>
        hostname !== undefined &&
        (wanted === hostname || (domain !== undefined && wanted === `${hostname}.${domain}`)),
    )?.address;
  }

  #load(): void {
    const { hostFiles, dhcpHosts, dhcpOptions } = this.config;
    this.#names = new Map(
      hostFiles.flatMap((path) => {
        const names = readNames(this.#read(path));
        this.#say('dnsmasq', `read ${path} - ${names.size} names`);
        return [...names];
      }),
    );
    this.#hosts = readHosts(this.#read(dhcpHosts));
    if (dhcpHosts !== undefined) this.#say('dnsmasq-dhcp', `read ${dhcpHosts}`);
    this.#options = linesOf(this.#read(dhcpOptions)).map(({ line }) => readOption(splitParts(line)));
    if (dhcpOptions !== undefined) this.#say('dnsmasq-dhcp', `read ${dhcpOptions}`);
    for (const lease of this.#leases) this.#tell('old', lease, { DNSMASQ_DATA_MISSING: '1' });
  }

  #addressFor(range: DhcpRange, mac: string, host: DhcpHost | undefined): string | undefined {
    const isTaken = (address: string): boolean =>
      this.#leases.some((lease) => lease.address === address && lease.mac !== mac);
    if (host?.address !== undefined) {
      if (!isTaken(host.address)) return host.address;
      const holder = this.#leases.find(({ address }) => address === host.address)?.mac;
      this.#say(
        'dnsmasq-dhcp',
        `not using configured address ${host.address} because it is leased to ${holder}`,
      );
    }
    const { first, last } = range;
    if (last === undefined) return undefined;
    const held = this.#leases.find((lease) => lease.mac === mac)?.address;
    if (held !== undefined && number(first) <= number(held) && number(held) <= number(last)) return held;
    const reserved = new Set(this.#hosts.map(({ address }) => address));
    for (let next = number(first); next <= number(last); next += 1) {
      const address = ipv4FromNumber(next);
      if (!reserved.has(address) && !isTaken(address)) return address;
    }
    return undefined;
  }

  /** A client's own name, unless it is another's or one that nobody gets. */
  #nameFrom(given: string | undefined): string | undefined {
    const name = given?.toLowerCase();
    if (name === undefined || this.config.ignoredNames.includes(name)) return undefined;
    return this.#hosts.some(({ hostname }) => hostname === name) ? undefined : name;
  }

  #forgetExpired(): void {
    const now = Date.now() / 1000;
    const gone = this.#leases.filter(({ expires }) => expires !== 0 && expires <= now);
    if (gone.length === 0) return;
    this.#leases = this.#leases.filter((lease) => !gone.includes(lease));
    this.#save();
    for (const lease of gone) this.#tell('del', lease);
  }

  #save(): void {
    if (this.config.leases !== undefined) this.#disk.write(this.config.leases, showLeases(this.#leases));
  }

  #tell(
    action: 'add' | 'old' | 'del',
    lease: DnsmasqLease,
    more: Readonly<Record<string, string>> = {},
  ): void {
    const { script } = this.config;
    if (script === undefined) return;
    const { mac, address, hostname, clientId, expires } = lease;
    this.#disk.execute(script, [action, mac, address, ...(hostname === undefined ? [] : [hostname])], {
      DNSMASQ_CLIENT_ID: clientId,
      DNSMASQ_LEASE_EXPIRES: String(expires),
      ...more,
    });
  }

  #read(path: string | undefined): string {
    return path === undefined ? '' : (this.#disk.read(path) ?? '');
  }
}

function number(address: string): number {
  return ipv4ToNumber(parseIpAddress(address, 'address', 'ipv4'));
}
