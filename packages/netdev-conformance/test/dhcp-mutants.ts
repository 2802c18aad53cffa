import type { DhcpDriver, DhcpEvent, DhcpHost, DhcpNetwork } from 'netdev-core';

/** A driver that breaks the contract in one way, and the requirement that has to notice. */
export interface DhcpMutant {
  fault: string;
  fails: string;
  alter(dhcp: DhcpDriver): Partial<DhcpDriver>;
}

export const dhcpMutants: DhcpMutant[] = [
  {
    fault: 'ensure starts the server anew each time',
    fails: 'ensure starts the server; done again it does nothing and says so',
    alter: (d) => ({
      async ensure(network, options) {
        await d.remove(network.key, options);
        return d.ensure(network, options);
      },
    }),
  },
  {
    fault: 'ensure restarts the server for a new host',
    fails: 'ensure with a host more, or less, tells the server without a restart',
    alter: (d) => ({
      async ensure(network, options) {
        const { change } = await d.ensure(network, options);
        return { change: change === 'reloaded' ? 'restarted' : change };
      },
    }),
  },
  {
    fault: 'a change loses the leases',
    fails: 'a host that was added gets its address, and leases are kept over the change',
    alter: (d) => ({
      async ensure(network, options) {
        const done = await d.ensure(network, options);
        if (done.change !== 'restarted') return done;
        await d.remove(network.key, options);
        await d.ensure(network, options);
        return done;
      },
    }),
  },
  {
    fault: 'a changed lease time is not noticed',
    fails: 'ensure with another setting of the network changes the server that runs',
    alter: (d) => ({ ensure: (network, options) => d.ensure({ ...network, leaseTime: 600 }, options) }),
  },
  {
    fault: 'remove throws when there is nothing to remove',
    fails: 'remove stops the server of this network only, and answers whether there was anything',
    alter: (d) => ({
      async remove(key, options) {
        if (await d.remove(key, options)) return true;
        throw new Error('there is no such server');
      },
    }),
  },
  {
    fault: 'remove stops every server',
    fails: 'remove stops the server of this network only, and answers whether there was anything',
    alter: (d) => ({
      async remove(key, options) {
        const removed = await d.remove(key, options);
        for (const status of await d.list()) await d.remove(status.key);
        return removed;
      },
    }),
  },
  {
    fault: 'remove keeps the leases',
    fails: 'remove takes the leases away, unless they are to be kept',
    alter: (d) => ({ remove: (key, options) => d.remove(key, { ...options, keepLeases: true }) }),
  },
  {
    fault: 'close stops the servers',
    fails: 'close frees what the driver holds, and the servers run on; it may be called twice',
    alter: (d) => ({
      async close() {
        for (const { key } of await d.list().catch(() => [])) await d.remove(key);
        await d.close();
      },
    }),
  },
  {
    fault: 'hosts with a bad name are served without it',
    fails:
      'ensure refuses bad values with InvalidArgumentError naming hosts[1].hostname, and what runs stays as it is',
    alter: (d) => ({
      ensure: ({ hosts = [], ...network }, options) =>
        d.ensure({ ...network, hosts: hosts.map(({ hostname: _, ...host }) => host) }, options),
    }),
  },
  {
    fault: 'a gateway is handed out although there is none',
    fails: 'gateway null hands out none, and DNS servers of the network are handed out in order',
    alter: (d) => ({ ensure: ({ gateway: _, ...network }, options) => d.ensure(network, options) }),
  },
  {
    fault: 'strangers are served',
    fails: 'without a range only known hosts are served',
    alter: (d) => ({
      ensure: (network, options) =>
        d.ensure({ ranges: [{ first: '10.66.0.200', last: '10.66.0.210' }], ...network }, options),
    }),
  },
  {
    fault: 'ensureHost takes the place of all other hosts',
    fails:
      'ensureHost and removeHost change one host, as if ensure had been called with all; a second call changes nothing',
    alter: (d) => {
      let last: DhcpNetwork | undefined;
      return {
        ensure: (network, options) => {
          last = network;
          return d.ensure(network, options);
        },
        ensureHost: (key, host, options) =>
          last === undefined
            ? d.ensureHost(key, host, options)
            : d.ensure({ ...last, hosts: [host] }, options),
      };
    },
  },
  {
    fault: 'removeHost leaves the host there',
    fails:
      'a host that ensureHost added gets its address at once, and one that removeHost took out is answered no more',
    alter: () => ({ removeHost: async () => ({ change: 'reloaded' }) }),
  },
  {
    fault: 'ignored hosts are known hosts',
    fails: 'an ignored host is not answered, and with unknownClients "ignore" a stranger is not',
    alter: (d) => ({
      ensure: ({ hosts = [], ...network }, options) =>
        d.ensure({ ...network, hosts: hosts.map(({ ignored: _, ...host }) => host) }, options),
    }),
  },
  {
    fault: 'release always answers true',
    fails:
      'release takes a lease back, so that its address is free at once, and answers whether there was one',
    alter: (d) => ({
      async release(...args) {
        await d.release(...args);
        return true;
      },
    }),
  },
  {
    fault: 'events of every network are told',
    fails: 'events tells of leases of the network asked for that come, are held on and go',
    alter: (d) => ({ events: (_, options): AsyncIterable<DhcpEvent> => d.events(undefined, options) }),
  },
  {
    fault: 'events after a position leave out the first',
    fails:
      'events goes on behind the position of an event, without a gap or a duplicate, and so does the next driver',
    alter: (d) => ({
      events: (key, options = {}) =>
        changed(d.events(key, options), (events) => (options.after === undefined ? events : events.slice(1))),
    }),
  },
  {
    fault: 'the event at the position that was given is told again',
    fails:
      'events goes on behind the position of an event, without a gap or a duplicate, and so does the next driver',
    alter: (d) => {
      let before: DhcpEvent[] = [];
      return {
        events: (key, options = {}) =>
          changed(d.events(key, options), (events) => {
            const told = options.after === undefined ? events : [...before, ...events];
            before = events;
            return told;
          }),
      };
    },
  },
  {
    fault: 'what is lost is passed over in silence',
    fails: 'events says so when what came behind a position is lost, and tells what came since',
    alter: (d) => ({
      events: (key, options) =>
        changed(d.events(key, options), (events) => events.filter(({ type }) => type !== 'missed')),
    }),
  },
  {
    fault: 'further names are not served',
    fails: 'guests are found by name and by name with the domain, and so are further names; nothing else is',
    alter: (d) => ({ ensure: ({ names: _, ...network }, options) => d.ensure(network, options) }),
  },
  {
    fault: 'a host gets the address beside its own',
    fails: 'a known host gets its address, with gateway, DNS server, domain and lease time of the network',
    alter: (d) => ({
      ensure: ({ hosts = [], ...network }, options) =>
        d.ensure({ ...network, hosts: hosts.map(besideIt) }, options),
    }),
  },
  {
    fault: 'the first of the DNS servers comes last',
    fails: 'gateway null hands out none, and DNS servers of the network are handed out in order',
    alter: (d) => ({
      ensure({ dnsServers: [first, ...others] = [], ...network }, options) {
        const dnsServers = first === undefined ? [] : [...others, first];
        return d.ensure(dnsServers.length === 0 ? network : { ...network, dnsServers }, options);
      },
    }),
  },
  {
    fault: 'the error of a server that does not start is swallowed',
    fails: 'ensure on a device that is missing rejects, and no server runs then',
    alter: (d) => ({ ensure: (...args) => d.ensure(...args).catch(() => ({ change: 'none' })) }),
  },
  {
    fault: 'a server that was started is taken to run for ever',
    fails: 'ensure starts a server again that is gone',
    alter(d) {
      const started = new Set<string>();
      return {
        async ensure(network, options) {
          if (started.has(network.key)) return { change: 'none' };
          started.add(network.key);
          return d.ensure(network, options);
        },
      };
    },
  },
  {
    fault: 'the server of an earlier driver is started anew',
    fails: 'ensure adopts a server that an earlier driver left, and changes it if need be',
    alter(d) {
      const own = new Set<string>();
      return {
        async ensure(network, options) {
          if (!own.has(network.key)) await d.remove(network.key, { keepLeases: true });
          own.add(network.key);
          return d.ensure(network, options);
        },
      };
    },
  },
  {
    fault: 'the last server is not listed',
    fails: 'list shows the servers with key, device and address',
    alter: (d) => ({ list: async (options) => (await d.list(options)).slice(0, -1) }),
  },
  {
    fault: 'a hostile key has no leases',
    fails: 'remove, leases and release refuse hostile keys, naming the field',
    alter: (d) => ({ leases: (...args) => d.leases(...args).catch(() => []) }),
  },
  {
    fault: 'of two hosts with one MAC address the last one stays',
    fails: 'ensure refuses one MAC address, IP address or name for two hosts, naming the second',
    alter: (d) => ({
      ensure: ({ hosts = [], ...network }, options) => {
        const byMac = new Map(hosts.map((host) => [host.mac?.toLowerCase(), host]));
        return d.ensure({ ...network, hosts: [...byMac.values()] }, options);
      },
    }),
  },
  {
    fault: 'ensureHost passes over a bad host',
    fails:
      'ensureHost and removeHost refuse bad values and what another host has, and what runs stays as it is',
    alter: (d) => ({ ensureHost: (...args) => d.ensureHost(...args).catch(() => ({ change: 'none' })) }),
  },
  {
    fault: 'a host of a network that is not served is a plain Error',
    fails: 'ensureHost and removeHost of a network that is not served reject with NetworkNotServedError',
    alter: (d) => ({
      ensureHost: (...args) =>
        d.ensureHost(...args).catch((error: Error) => {
          throw new Error(error.message);
        }),
    }),
  },
  {
    fault: 'a position that is none is taken for now',
    fails: 'events refuses positions that are none, naming after',
    alter: (d) => ({ events: (key, { after: _, ...options } = {}) => d.events(key, options) }),
  },
  {
    fault: 'the driver works on after close',
    fails: 'after close ensure and remove reject with ClosedError',
    alter: () => ({ close: async () => {} }),
  },
  {
    fault: 'the signal is ignored',
    fails: 'an ensure whose signal fired before rejects with AbortedError, and starts nothing',
    alter: (d) => ({ ensure: (network) => d.ensure(network) }),
  },
];

/** A host with the next address. */
function besideIt({ address, ...host }: DhcpHost): DhcpHost {
  if (typeof address !== 'string') return host;
  return { ...host, address: address.replace(/\d+$/, (last) => String(Number(last) + 1)) };
}

/** Events that are changed on their way, the first one and each later one by itself. The stream begins at once. */
function changed(
  events: AsyncIterable<DhcpEvent>,
  change: (events: DhcpEvent[]) => DhcpEvent[],
): AsyncIterable<DhcpEvent> {
  const told = async function* (): AsyncGenerator<DhcpEvent> {
    let isFirst = true;
    for await (const event of events) {
      yield* isFirst || event.type === 'missed' ? change([event]) : [event];
      isFirst = false;
    }
  };
  return told();
}
