import {
  isNetDevError,
  type LinkSpec,
  lastAddress,
  type NetDevDriver,
  type NetDevEvent,
  type NetDevOptions,
  parseCidr,
  specOfRoutingRule,
} from 'netdev-core';

/** A driver that breaks the contract in one way, and the requirement that has to notice. */
export interface NetDevMutant {
  fault: string;
  fails: string;
  alter(driver: NetDevDriver, observer: NetDevOptions['onOperation']): Partial<NetDevDriver>;
}

export const netdevMutants: NetDevMutant[] = [
  {
    fault: 'a bridge keeps its ageing time whatever is asked',
    fails: 'a bridge keeps an address that it learned as long as it is told',
    alter: (d) => ({
      ensureLink: (spec, options) =>
        d.ensureLink(spec.kind === 'bridge' ? { ...spec, ageingTime: 120 } : spec, options),
    }),
  },
  {
    fault: 'a broadcast address that is given is forgotten',
    fails: 'a broadcast address that is given is kept',
    alter: (d) => ({
      ensureAddress: ({ broadcast: _, ...spec }, options) => d.ensureAddress(spec, options),
    }),
  },
  {
    fault: 'listRoutes shows the routes of all links',
    fails: 'listRoutes is narrowed by link and family',
    alter: (d) => ({ listRoutes: ({ link: _, ...filter } = {}, options) => d.listRoutes(filter, options) }),
  },
  {
    fault: 'announcing takes the address away and adds it again, as the last',
    fails: 'announceAddress leaves addresses and routes as they are',
    alter: (d) => ({
      async announceAddress(link, address) {
        await d.deleteAddress(link, `${address}/24`);
        await d.ensureAddress({ link, cidr: `${address}/24` });
      },
    }),
  },
  {
    fault: 'announcing is not told of',
    fails: 'announceAddress sends for IPv4, and the observer is told',
    alter: () => ({ announceAddress: async () => {} }),
  },
  {
    fault: 'ensureLink always says that it changed something',
    fails: 'ensureLink done again writes nothing and says so',
    alter: (d) => ({ ensureLink: async (...args) => ({ ...(await d.ensureLink(...args)), changed: true }) }),
  },
  {
    fault: 'ensureLink never says that it changed something',
    fails: 'ensureLink makes a missing link and says that it changed something',
    alter: (d) => ({ ensureLink: async (...args) => ({ ...(await d.ensureLink(...args)), changed: false }) }),
  },
  {
    fault: 'ensureLink does nothing to a link that is there',
    fails: 'ensureLink gives a link that is there what the specification says, and keeps what it leaves out',
    alter: (d) => ({
      ensureLink: async (spec, options) =>
        (await d.linkExists(spec.name))
          ? { changed: false, value: await d.getLink(spec.name) }
          : d.ensureLink(spec, options),
    }),
  },
  {
    fault: 'ensureLink makes the link anew, and forgets what the specification leaves out',
    fails: 'ensureLink gives a link that is there what the specification says, and keeps what it leaves out',
    alter: (d) => ({
      async ensureLink(spec, options) {
        await d.deleteLink(spec.name, options);
        return { changed: true, value: await d.createLink(spec, options) };
      },
    }),
  },
  {
    fault: 'ensureLink takes a device of another kind for the one asked for',
    fails: 'ensureLink fails with DeviceExistsError when a device of this name is of another kind',
    alter: (d) => ({
      ensureLink: async (spec, options) =>
        d
          .ensureLink(spec, options)
          .catch(async () => ({ changed: false, value: await d.getLink(spec.name) })),
    }),
  },
  {
    fault: 'createLink takes over a link that is there',
    fails: 'createLink fails with DeviceExistsError where the name is taken, and leaves that link as it is',
    alter: (d) => ({ createLink: async (spec, options) => (await d.ensureLink(spec, options)).value }),
  },
  {
    fault: 'createLink leaves the device behind when its master is missing',
    fails: 'createLink with a missing master fails with DeviceNotFoundError and leaves no link behind',
    alter: (d) => ({
      async createLink({ master, ...spec }, options) {
        const link = await d.createLink(spec as typeof spec & { kind: 'dummy' }, options);
        if (master === undefined) return link;
        return (await d.updateLink(spec.name, { master }, options)).value;
      },
    }),
  },
  {
    fault: 'createLink forgets the alias',
    fails: 'createLink gives the link what the specification says, and answers it',
    alter: (d) => ({
      createLink: ({ alias: _, ...spec }, options) =>
        d.createLink(spec as typeof spec & { kind: 'dummy' }, options),
    }),
  },
  {
    fault: 'other names replace those that a link had',
    fails: 'other names are added to those that a link has, and only those that are told to go do',
    alter: (d) => ({
      async ensureLink({ altNames, ...spec }, options) {
        const { altNames: former = [] } = await d.getLink(spec.name);
        await d.updateLink(spec.name, { dropAltNames: former });
        return d.ensureLink({ ...spec, altNames } as LinkSpec, options);
      },
    }),
  },
  {
    fault: 'a link is not found by its other names',
    fails: 'a link is found by each of its other names, and shown with all of them and its own name',
    alter: (d) => ({
      linkExists: async (name) => (await d.listLinks()).some((link) => link.name === name),
    }),
  },
  {
    fault: 'ensureLink takes a link for the one that has its name as another',
    fails: 'a name that some link has, its own or another, is refused to others, and nothing changes',
    alter: (d) => ({
      ensureLink: async (spec, options) => {
        if (!(await d.linkExists(spec.name))) return d.ensureLink(spec, options);
        return { changed: false, value: await d.getLink(spec.name) };
      },
    }),
  },
  {
    fault: 'updateLink keeps what it had done when a later step fails',
    fails: 'updateLink that fails half-way, at a master that is no bridge, leaves the link as it was',
    alter: (d) => ({
      async updateLink(name, { master, ...changes }, options) {
        const ensured = await d.updateLink(name, changes, options);
        return master === undefined ? ensured : d.updateLink(name, { master }, options);
      },
    }),
  },
  {
    fault: 'createLink brings the link up unasked',
    fails: 'createLink makes a link that is down unless told otherwise',
    alter: (d) => ({ createLink: (spec, options) => d.createLink({ ...spec, up: true }, options) }),
  },
  {
    fault: 'deleteLink throws when there is nothing to delete',
    fails:
      'deleteLink deletes a link with its addresses; of what is not there it is no error and answers false',
    alter: (d) => ({
      async deleteLink(name, options) {
        await d.getLink(name, options);
        return d.deleteLink(name, options);
      },
    }),
  },
  {
    fault: 'deleteLink always answers true',
    fails:
      'deleteLink deletes a link with its addresses; of what is not there it is no error and answers false',
    alter: (d) => ({
      async deleteLink(...args) {
        await d.deleteLink(...args);
        return true;
      },
    }),
  },
  {
    fault: 'getLink answers undefined for a missing link',
    fails: 'getLink of a missing link rejects with DeviceNotFoundError that names it',
    alter: (d) => ({ getLink: (...args) => d.getLink(...args).catch(() => undefined as never) }),
  },
  {
    fault: 'a missing link is a plain Error',
    fails: 'getLink of a missing link rejects with DeviceNotFoundError that names it',
    alter: (d) => ({
      getLink: (name, options) =>
        d.getLink(name, options).catch((error: Error) => {
          throw new Error(error.message);
        }),
    }),
  },
  {
    fault: 'listLinks does not filter',
    fails: 'listLinks narrowed by kind shows the links of this kind only',
    alter: (d) => ({ listLinks: (_, options) => d.listLinks({}, options) }),
  },
  {
    fault: 'updateLink tells everything that was asked for, not what differed',
    fails: 'updateLink writes only what differs, and nothing when nothing does',
    alter: (d, told) => ({
      async updateLink(name, changes, options) {
        const ensured = await d.updateLink(name, changes, options);
        told?.({ do: 'update-link', name, changes }, undefined);
        return ensured;
      },
    }),
  },
  {
    fault: 'a hostile name is cut to what the kernel takes',
    fails:
      'createLink (name) refuses bad values with InvalidArgumentError naming name, before anything changed',
    alter: (d) => ({
      createLink: (spec, options) => d.createLink({ ...spec, name: String(spec.name).slice(0, 15) }, options),
    }),
  },
  {
    fault: 'a hostile name to delete is swallowed',
    fails: 'deleteLink refuses bad values with InvalidArgumentError naming name, before anything changed',
    alter: (d) => ({ deleteLink: (...args) => d.deleteLink(...args).catch(() => false) }),
  },
  {
    fault: 'a batch with a bad name in its last operation does the others',
    fails:
      'batch (the name in its last operation) refuses bad values with InvalidArgumentError naming name, before anything changed',
    alter: batchWithoutUndo,
  },
  {
    fault: 'the MAC address of a bridge is forgotten when a port leaves',
    fails: 'a bridge keeps its MAC address when ports come and go once mac was given',
    alter: (d) => ({
      async updateLink(name, changes, options) {
        const { master } = await d.getLink(name, options);
        const ensured = await d.updateLink(name, changes, options);
        if (changes.master === null && master !== undefined)
          await d.updateLink(master, { mac: '02:00:00:00:0b:ad' }, options);
        return ensured;
      },
    }),
  },
  {
    fault: 'ensureLink without a master takes a port out of its bridge',
    fails: 'ensureLink without a master leaves a port in its bridge',
    alter: (d) => ({
      ensureLink: (spec, options) => d.ensureLink({ master: null, ...spec } as LinkSpec, options),
    }),
  },
  {
    fault: 'a tun is made as a tap',
    fails: 'a tun stays when no process has it open, has no MAC address, and belongs to whom is given',
    alter: (d) => ({
      createLink: (spec, options) =>
        d.createLink(spec.kind === 'tun' ? { ...spec, kind: 'tap' } : spec, options),
    }),
  },
  {
    fault: 'a vxlan that was given no port goes to another one',
    fails: 'a vxlan to a group sends by its parent, to port 4789, and learns, unless told otherwise',
    alter: (d) => ({
      createLink: (spec, options) =>
        d.createLink(spec.kind === 'vxlan' ? { port: 8472, ...spec } : spec, options),
    }),
  },
  {
    fault: 'a vxlan that is there is left as it is',
    fails:
      'ensureLink changes the addresses, times and learning of a vxlan that is there, and what is left out stays',
    alter: (d) => ({
      ensureLink: async (spec, options) =>
        spec.kind === 'vxlan' && (await d.linkExists(spec.name))
          ? { changed: true, value: await d.getLink(spec.name) }
          : d.ensureLink(spec, options),
    }),
  },
  {
    fault: 'the source ports of a vxlan are forgotten',
    fails:
      'ensureLink takes a vxlan of another network, port, source ports or checksum for another device (DeviceExistsError)',
    alter: (d) => ({
      createLink(spec, options) {
        if (spec.kind !== 'vxlan') return d.createLink(spec, options);
        const { sourcePorts: _, ...rest } = spec;
        return d.createLink(rest, options);
      },
    }),
  },
  {
    fault: 'the addresses that a macvlan lets in are added to and never taken away',
    fails: 'ensureLink gives a macvlan another mode, and the addresses that it lets frames in from',
    alter: (d) => ({
      updateLink: async (name, changes, options) => {
        const { macvlan } = await d.getLink(name);
        const { sources } = changes.macvlan ?? {};
        if (sources === undefined || macvlan?.sources === undefined)
          return d.updateLink(name, changes, options);
        const all = [...macvlan.sources, ...sources];
        return d.updateLink(name, { ...changes, macvlan: { ...changes.macvlan, sources: all } }, options);
      },
    }),
  },
  {
    fault: 'a macvlan in passthru makes its parent promiscuous whatever it was told',
    fails: 'a macvlan in passthru leaves its parent promiscuous, or not',
    alter: (d) => ({
      createLink(spec, options) {
        if (spec.kind !== 'macvlan') return d.createLink(spec, options);
        const { nopromisc: _, ...rest } = spec;
        return d.createLink(rest, options);
      },
    }),
  },
  {
    fault: 'a macvlan is taken over in whichever mode it is',
    fails:
      'ensureLink takes a macvlan of another parent, or in or out of passthru, for another device (DeviceExistsError)',
    alter: (d) => ({
      ensureLink: (spec, options) =>
        d.ensureLink(
          spec.kind === 'macvlan' ? { kind: spec.kind, name: spec.name, parent: spec.parent } : spec,
          options,
        ),
    }),
  },
  {
    fault: 'a port that is isolated learns and floods as before when it was told not to',
    fails: 'a port is isolated, and kept from learning and flooding, and the rest of it stays',
    alter: (d) => ({
      updateLink: (name, { learning: _, flood: __, ...changes }, options) =>
        d.updateLink(name, changes, options),
    }),
  },
  {
    fault: 'the tags of a vlan are those of customers whatever it was told',
    fails: 'a vlan has the tags that are given, and a parent may have its id once for each kind of them',
    alter: (d) => ({
      createLink(spec, options) {
        if (spec.kind !== 'vlan' || spec.vlanProtocol === undefined) return d.createLink(spec, options);
        const { vlanProtocol: _, ...rest } = spec;
        return d.createLink({ ...rest, vlanId: rest.vlanId + 1 }, options);
      },
    }),
  },
  {
    fault: 'a port forgets its cost when something else of it changes',
    fails:
      'a port has its cost and priority in the spanning tree, and is kept from changing it, as it is told',
    alter: (d) => ({
      updateLink: (name, { portCost: _, ...changes }, options) => d.updateLink(name, changes, options),
    }),
  },
  {
    fault: 'a port is not locked when it is told to be',
    fails: 'a port treats multicast, broadcast, neighbours and strangers as it is told',
    alter: (d) => ({
      updateLink: (name, { locked: _, ...changes }, options) => d.updateLink(name, changes, options),
    }),
  },
  {
    fault: 'the VLAN of new ports is 1 whatever a bridge was told',
    fails: 'a bridge has the VLAN that new ports are in, and the tags of its VLANs, that are given',
    alter: (d) => ({
      createLink(spec, options) {
        if (spec.kind !== 'bridge') return d.createLink(spec, options);
        const { vlanDefaultPvid: _, ...rest } = spec;
        return d.createLink(rest, options);
      },
    }),
  },
  {
    fault: 'a bridge does not ask for multicast when it is told to later',
    fails: 'a bridge asks who wants multicast when it is told to',
    alter: (d) => ({
      ensureLink(spec, options) {
        if (spec.kind !== 'bridge') return d.ensureLink(spec, options);
        const { multicastQuerier: _, ...rest } = spec;
        return d.ensureLink(rest, options);
      },
    }),
  },
  {
    fault: 'a tap that is there stays whose it was',
    fails: 'a tap that is there becomes that of a user, and of a group, and what is left out stays',
    alter: (d) => ({
      async ensureLink(spec, options) {
        if (spec.kind !== 'tap') return d.ensureLink(spec, options);
        const { owner: _, group: __, ...rest } = spec;
        return d.ensureLink(rest, options);
      },
    }),
  },
  {
    fault: 'a vxlan answers for nobody and tells of nothing that it misses',
    fails:
      'a vxlan answers for others, tells of what it misses, and learns no more than it is told to, and keeps to that',
    alter: (d) => ({
      createLink(spec, options) {
        if (spec.kind !== 'vxlan') return d.createLink(spec, options);
        const { proxy: _, l2Miss: __, l3Miss: ___, ...rest } = spec;
        return d.createLink(rest, options);
      },
    }),
  },
  {
    fault: 'the flow label of a vxlan stays as it was made',
    fails: 'packets of a vxlan may be taken apart or not, and have a flow label, as it is told, also later',
    alter: (d) => ({
      updateLink: (name, { vxlan, ...changes }, options) => {
        const { flowLabel: _, ...rest } = vxlan ?? {};
        return d.updateLink(name, vxlan === undefined ? changes : { ...changes, vxlan: rest }, options);
      },
    }),
  },
  {
    fault: 'a port takes what it was along to another bridge',
    fails: 'a port that joins another bridge starts anew there, with what is asked for',
    alter: (d) => ({
      async updateLink(name, changes, options) {
        const { port } = await d.getLink(name, options);
        return d.updateLink(name, changes.master === null ? changes : { ...port, ...changes }, options);
      },
    }),
  },
  {
    fault: 'VLAN filtering is forgotten when a bridge is made',
    fails: 'a bridge filters VLANs when it is told to, at its making or later',
    alter: (d) => ({
      createLink: (spec, options) =>
        d.createLink(spec.kind === 'bridge' ? { kind: 'bridge', name: spec.name } : spec, options),
    }),
  },
  {
    fault: 'a neighbour that is there keeps its MAC address',
    fails: 'ensureNeighbour gives a neighbour another MAC address in place of the one it had',
    alter: (d) => ({
      async ensureNeighbour(spec, options) {
        const value = (await d.listNeighbours({ link: spec.link })).find((n) => n.address === spec.address);
        return value === undefined ? d.ensureNeighbour(spec, options) : { changed: false, value };
      },
    }),
  },
  {
    fault: 'deleteNeighbour always answers true',
    fails: 'deleteNeighbour forgets one neighbour; of what is not there it is no error and answers false',
    alter: (d) => ({
      async deleteNeighbour(...args) {
        await d.deleteNeighbour(...args);
        return true;
      },
    }),
  },
  {
    fault: 'a vxlan keeps one host only for what is not listed',
    fails: 'a vxlan sends to one host for each address, and to several for all that are not listed',
    alter: (d) => ({
      async ensureForwardingEntry(spec, options) {
        for (const { link, mac, remote } of await d.listForwardingEntries({ link: spec.link }))
          if (mac === spec.mac && remote !== undefined && remote !== spec.remote)
            await d.deleteForwardingEntry({ link, mac, remote });
        return d.ensureForwardingEntry(spec, options);
      },
    }),
  },
  {
    fault: 'forwarding entries are not narrowed by link',
    fails:
      'ensureForwardingEntry sets behind which port of a bridge an address is; done again it writes nothing',
    alter: (d) => ({ listForwardingEntries: (_, options) => d.listForwardingEntries({}, options) }),
  },
  {
    fault: 'ensureBridgeVlan leaves a VLAN that is there as it is',
    fails: 'a port treats the frames of a VLAN as it is told, also when it was told otherwise before',
    alter: (d) => ({
      async ensureBridgeVlan(spec, options) {
        const vlans = await d.listBridgeVlans({ link: spec.link });
        const value = vlans.find(({ vlanId }) => vlanId === spec.vlanId);
        return value === undefined ? d.ensureBridgeVlan(spec, options) : { changed: false, value };
      },
    }),
  },
  {
    fault: 'of several VLANs the first is put',
    fails: 'several VLANs are put and deleted at once, and those alike are shown as one entry',
    alter: (d) => ({
      ensureBridgeVlan: ({ lastVlanId: _, ...spec }, options) => d.ensureBridgeVlan(spec, options),
    }),
  },
  {
    fault: 'a bridge is put into the VLANs of its ports',
    fails: 'a bridge itself is in VLANs of its own',
    alter: (d) => ({
      async ensureBridgeVlan(spec, options) {
        const ensured = await d.ensureBridgeVlan(spec, options);
        await d.ensureBridgeVlan({ ...spec, link: ensured.value.bridge, self: true });
        return ensured;
      },
    }),
  },
  {
    fault: 'a batch that fails forgets which VLAN frames without a tag were in',
    fails: 'a batch puts ports into VLANs, and one that fails leaves them as they were',
    alter: (d) => ({
      batch: (operations, options) =>
        d.batch(operations, options).catch(async (error: unknown) => {
          await d.ensureBridgeVlan({ link: 'cf0', vlanId: 7, untagged: true });
          throw error;
        }),
    }),
  },
  {
    fault: 'watch does not say which bridge a forwarding entry is in',
    fails: 'watch tells of forwarding entries that are set, moved and deleted',
    alter: (d) => ({
      watch: (options) =>
        mapped(d.watch(options), (event) => {
          if (!('entry' in event)) return event;
          const { bridge: _, ...entry } = event.entry;
          return { ...event, entry };
        }),
    }),
  },
  {
    fault: 'watch tells of the first of several VLANs',
    fails: 'watch tells of the VLANs of ports and of bridges that are put, changed and left',
    alter: (d) => ({
      watch: (options) =>
        mapped(d.watch(options), (event) =>
          'vlan' in event ? { ...event, vlan: { ...event.vlan, lastVlanId: event.vlan.vlanId } } : event,
        ),
    }),
  },
  {
    fault: 'watch tells of a neighbour before its MAC address is known',
    fails: 'watch tells of neighbours that are set and forgotten',
    alter: (d) => ({
      watch: (options) =>
        mapped(d.watch(options), (event) => {
          if (event.type !== 'neighbour-changed') return event;
          const { mac: _, ...neighbour } = event.neighbour;
          return { ...event, neighbour: { ...neighbour, state: 'incomplete' } };
        }),
    }),
  },
  {
    fault: 'watch tells every rule as one of IPv4',
    fails: 'watch tells of routing rules that come and go',
    alter: (d) => ({
      watch: (options) =>
        mapped(d.watch(options), (event) =>
          'rule' in event ? { ...event, rule: { ...event.rule, family: 'ipv4' } } : event,
        ),
    }),
  },
  {
    fault: 'a bridge is made with the times of a spanning tree, and keeps them',
    fails:
      'a bridge has the priority and the times of the spanning tree that are given, and keeps those left out',
    alter: (d) => ({
      ensureLink: async (spec) => ({ changed: false, value: await d.getLink(spec.name) }),
    }),
  },
  {
    fault: 'the weights of the ways of a route are lost',
    fails: 'a route has several ways out, each with its weight; done again it writes nothing and says so',
    alter: (d) => ({
      ensureRoute: ({ nextHops, ...spec }, options) =>
        d.ensureRoute(
          nextHops === undefined
            ? spec
            : { ...spec, nextHops: nextHops.map((hop) => ({ ...hop, weight: 1 })) },
          options,
        ),
    }),
  },
  {
    fault: 'the mask of a mark is lost',
    fails:
      'ensureRoutingRule adds a rule with the conditions and the action given; done again it writes nothing',
    alter: (d) => ({
      ensureRoutingRule: ({ markMask: _, ...spec }, options) => d.ensureRoutingRule(spec, options),
    }),
  },
  {
    fault: 'a rule with the same table is deleted, whatever its conditions',
    fails:
      'deleteRoutingRule deletes the one rule with these conditions; of what is not there it answers false',
    alter: (d) => ({
      async deleteRoutingRule(spec, options) {
        const [rule] = await d.listRoutingRules({ table: spec.table ?? 0 });
        return rule === undefined ? false : d.deleteRoutingRule(specOfRoutingRule(rule), options);
      },
    }),
  },
  {
    fault: 'the default broadcast address is not filled in',
    fails: "the broadcast address that is left out is the network's last address",
    alter: (d) => ({
      ensureAddress: (spec, options) =>
        d.ensureAddress(spec.cidr.includes(':') ? spec : { broadcast: null, ...spec }, options),
    }),
  },
  {
    fault: 'broadcast null is taken for left out',
    fails: 'broadcast null gives no broadcast address, and done again is no change',
    alter: (d) => ({
      ensureAddress({ broadcast, ...spec }, options) {
        return d.ensureAddress(broadcast == null ? spec : { ...spec, broadcast }, options);
      },
    }),
  },
  {
    fault: 'an IPv6 address that is there is taken as it is',
    fails: 'an IPv6 address that is there gets a peer or loses the route to its network, and keeps the rest',
    alter: (d) => ({
      async ensureAddress(spec, options) {
        const present = (await d.listAddresses({ link: spec.link })).find(({ cidr }) => cidr === spec.cidr);
        return present === undefined || !spec.cidr.includes(':')
          ? d.ensureAddress(spec, options)
          : { changed: false, value: present };
      },
    }),
  },
  {
    fault: 'the label is lost',
    fails: 'a broadcast address and a label that are given are kept',
    alter: (d) => ({ ensureAddress: ({ label: _, ...spec }, options) => d.ensureAddress(spec, options) }),
  },
  {
    fault: 'addresses are listed the last first',
    fails: 'addresses are listed in order, a primary before its secondaries',
    alter: (d) => ({ listAddresses: async (...args) => (await d.listAddresses(...args)).reverse() }),
  },
  {
    fault: 'the first address is listed last',
    fails: 'addresses are listed in order, a primary before its secondaries',
    alter: (d) => ({
      async listAddresses(...args) {
        const [first, ...others] = await d.listAddresses(...args);
        return first === undefined ? [] : [...others, first];
      },
    }),
  },
  {
    fault: 'the default broadcast address is one too low',
    fails: "the broadcast address that is left out is the network's last address",
    alter: (d) => ({
      ensureAddress(spec, options) {
        if (spec.cidr.includes(':') || spec.broadcast !== undefined) return d.ensureAddress(spec, options);
        const last = lastAddress(parseCidr(spec.cidr));
        const broadcast = last.replace(/\d+$/, (byte) => String(Number(byte) - 1));
        return d.ensureAddress({ ...spec, broadcast }, options);
      },
    }),
  },
  {
    fault: 'an address is changed by taking it away first, with its secondaries',
    fails:
      'an address that is there with other properties gets those asked for, and no other address is lost',
    alter: (d) => ({
      async ensureAddress(spec, options) {
        await d.deleteAddress(spec.link, spec.cidr, options);
        return d.ensureAddress(spec, options);
      },
    }),
  },
  {
    fault: 'lifetimes are ignored',
    fails: 'an address with a lifetime is one that does not stay, and can be made to',
    alter: (d) => ({
      ensureAddress: ({ validLifetime: _, preferredLifetime: __, ...spec }, options) =>
        d.ensureAddress(spec, options),
    }),
  },
  {
    fault: 'deleteAddress looks at the address and not at the prefix length',
    fails: 'deleteAddress takes away this address only, and answers whether the link had it',
    alter: (d) => ({
      async deleteAddress(link, cidr, options) {
        const [address] = cidr.split('/');
        const all = await d.listAddresses({ link }, options);
        const found = all.find((present) => present.cidr.startsWith(`${address}/`));
        return d.deleteAddress(link, found?.cidr ?? cidr, options);
      },
    }),
  },
  {
    fault: 'a route is deleted by its destination only',
    fails: 'deleteRoute deletes the route that matches every field given, and no other',
    alter: (d) => ({
      deleteRoute: ({ destination, table }, options) =>
        d.deleteRoute({ destination, ...(table === undefined ? {} : { table }) }, options),
    }),
  },
  {
    fault: 'another way is added beside the one that is there',
    fails: 'the same destination by another way is replaced in one step',
    alter: (d) => ({
      ensureRoute: (spec, options) =>
        d.ensureRoute({ metric: 1 + (spec.via?.length ?? 0), ...spec }, options),
    }),
  },
  {
    fault: 'the metric is lost',
    fails: 'routes to one destination with different metrics live side by side',
    alter: (d) => ({ ensureRoute: ({ metric: _, ...spec }, options) => d.ensureRoute(spec, options) }),
  },
  {
    fault: 'listRoutes shows every table',
    fails: 'listRoutes shows the main table unless told otherwise, and is narrowed by link and family',
    alter: (d) => ({ listRoutes: (filter, options) => d.listRoutes({ ...filter, table: 'all' }, options) }),
  },
  {
    fault: 'moveLayer3 forgets the default route',
    fails: 'moveLayer3 moves the routes that use the link, the default route among them',
    alter: (d) => ({
      async moveLayer3(from, to, options) {
        await d.deleteRoute({ destination: '0.0.0.0/0' }, options);
        return d.moveLayer3(from, to, options);
      },
    }),
  },
  {
    fault: 'moveLayer3 moves the addresses the last first',
    fails: 'moveLayer3 moves all addresses in their order, with broadcast and label',
    alter: (d) => ({
      async moveLayer3(from, to, options) {
        const all = await d.listAddresses({ link: from, family: 'ipv4' }, options);
        const moved = await d.moveLayer3(from, to, options);
        for (const { cidr } of all) await d.deleteAddress(to, cidr, options);
        for (const { cidr, broadcast, label } of all.reverse()) {
          const own = label === undefined || label.startsWith(from) ? {} : { label };
          await d.ensureAddress({ link: to, cidr, broadcast: broadcast ?? null, ...own }, options);
        }
        return moved;
      },
    }),
  },
  {
    fault: 'setForwarding always says that it was a change',
    fails: 'setForwarding turns forwarding on and off for one family, and answers whether that was a change',
    alter: (d) => ({
      async setForwarding(...args) {
        await d.setForwarding(...args);
        return true;
      },
    }),
  },
  {
    fault: 'setForwarding sets both families',
    fails: 'setForwarding turns forwarding on and off for one family, and answers whether that was a change',
    alter: (d) => ({
      async setForwarding(family, enabled, options) {
        await d.setForwarding(family === 'ipv4' ? 'ipv6' : 'ipv4', enabled, options);
        return d.setForwarding(family, enabled, options);
      },
    }),
  },
  {
    fault: 'a batch is not undone',
    fails: 'batch throws the error of the operation that failed, and undoes those before it in reverse',
    alter: batchWithoutUndo,
  },
  {
    fault: 'a batch goes on after an operation failed',
    fails: 'batch throws the error of the operation that failed, and undoes those before it in reverse',
    alter: (d) => ({
      async batch(operations, options) {
        for (const operation of operations) await d.batch([operation], options).catch(() => {});
      },
    }),
  },
  {
    fault: 'a batch is done the last first',
    fails: 'batch does several operations in order',
    alter: (d) => ({ batch: (operations, options) => d.batch([...operations].reverse(), options) }),
  },
  {
    fault: 'an error is swallowed: missing links have no addresses',
    fails: 'ensureAddress and deleteAddress reject with DeviceNotFoundError for a missing link',
    alter: (d) => ({
      deleteAddress: (...args) =>
        d.deleteAddress(...args).catch((error) => {
          if (isNetDevError(error, 'DEVICE_NOT_FOUND')) return false;
          throw error;
        }),
    }),
  },
  {
    fault: 'createNamespace takes over one that is there',
    fails:
      'createNamespace makes one that is listed, and fails with DeviceExistsError where the name is taken',
    alter: (d) => ({
      createNamespace: (...args) =>
        d.createNamespace(...args).catch((error) => {
          if (!isNetDevError(error, 'DEVICE_EXISTS')) throw error;
        }),
    }),
  },
  {
    fault: 'inNamespace stays where it is',
    fails: 'a driver in another namespace sees and changes that namespace only',
    alter: (d) => ({
      async inNamespace(ref, options) {
        await (await d.inNamespace(ref, options)).close();
        return { ...d, close: async () => {} };
      },
    }),
  },
  {
    fault: 'moveLink brings the link up where it comes to',
    fails: 'moveLink moves a link to another namespace, where it is down and without addresses',
    alter: (d) => ({
      async moveLink(name, namespace, options) {
        await d.moveLink(name, namespace, options);
        await using there = await d.inNamespace(namespace, options);
        await there.updateLink(name, { up: true }, options);
      },
    }),
  },
  {
    fault: 'the driver works on after close',
    fails: 'after close every operation rejects with ClosedError',
    alter: () => ({ close: async () => {} }),
  },
  {
    fault: 'the signal is ignored',
    fails: 'an operation whose signal fired before rejects with AbortedError and changes nothing',
    alter: (d) => ({ deleteLink: (name) => d.deleteLink(name) }),
  },
  {
    fault: 'the observer is told before the change, even when it fails',
    fails: 'the observer is not told of what was not changed, was there already or failed',
    alter: (d, told) => ({
      createLink(spec, options) {
        told?.({ do: 'create-link', spec }, undefined);
        return d.createLink(spec, options);
      },
    }),
  },
  {
    fault: 'announcing tells nobody',
    fails: 'announceAddress sends for IPv4 and for IPv6, and the observer is told',
    alter: () => ({ announceAddress: async () => {} }),
  },
  {
    fault: 'a vlan loses its id',
    fails: 'a vlan has its id and shows its parent',
    alter: (d) => ({
      async getLink(...args) {
        const { vlanId: _, ...link } = await d.getLink(...args);
        return link;
      },
    }),
  },
  {
    fault: 'a capability is claimed that is not there',
    fails: 'a tap has several queues when asked for, and one otherwise',
    alter: (d) => ({
      createLink: (spec, options) =>
        d.createLink(spec.kind === 'tap' ? { ...spec, multiQueue: false } : spec, options),
    }),
  },
  {
    fault: 'a virtual function is told to its neighbour',
    fails:
      'updateVirtualFunction gives one what is asked for, tells the observer, and leaves the others alone',
    alter: (d) => ({
      updateVirtualFunction: (parent, index, changes, options) =>
        d.updateVirtualFunction(parent, 1 - index, changes, options),
    }),
  },
  {
    fault: 'a virtual function loses what is left out',
    fails: 'updateVirtualFunction keeps what is left out, and can take everything back',
    alter: (d) => ({
      updateVirtualFunction: (parent, index, changes, options) =>
        d.updateVirtualFunction(parent, index, { trust: false, ...changes }, options),
    }),
  },
  {
    fault: 'all of a virtual function is written again',
    fails: 'updateVirtualFunction writes only what differs, and nothing when nothing does',
    alter: (d) => ({
      async updateVirtualFunction(parent, index, changes, options) {
        await d.updateVirtualFunction(parent, index, { vlanId: 4094 }, options);
        return d.updateVirtualFunction(parent, index, changes, options);
      },
    }),
  },
  {
    fault: 'a virtual function is found under another number',
    fails: 'findVirtualFunction finds each by its place on the bus: its card, its number, its own link',
    alter: (d) => ({
      async findVirtualFunction(...args) {
        const found = await d.findVirtualFunction(...args);
        return { ...found, index: found.index + 1 };
      },
    }),
  },
];

function batchWithoutUndo(driver: NetDevDriver): Partial<NetDevDriver> {
  return {
    async batch(operations, options) {
      for (const operation of operations) await driver.batch([operation], options);
    },
  };
}

async function* mapped(
  events: AsyncIterable<NetDevEvent>,
  change: (event: NetDevEvent) => NetDevEvent,
): AsyncGenerator<NetDevEvent> {
  for await (const event of events) yield change(event);
}
