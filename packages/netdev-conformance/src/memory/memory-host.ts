import {
  type DhcpDriver,
  type FirewallManager,
  type IpAddress,
  type NamespaceRef,
  type NetDevDriver,
  PlatformError,
  parseMacAddress,
  parseNamespaceRef,
} from 'netdev-core';
import {
  createMemoryDhcp,
  type MemoryDhcpOptions,
  type MemoryDhcpServers,
} from './dhcp/create-memory-dhcp.js';
import { handOut, type MemoryDhcpServer, type MemoryOffer } from './dhcp/leasing.js';
import { resolveName } from './dhcp/resolve-name.js';
import { createMemoryFirewall, type MemoryFirewallOptions } from './firewall/create-memory-firewall.js';
import { decide, type InputPolicy } from './firewall/decide.js';
import type { MemoryPacket, PacketFate } from './firewall/packet.js';
import type { MemoryRuleSet } from './firewall/rule-set.js';
import { type MemoryStacks, stackOf } from './memory-stacks.js';
import { createMemoryNetDev } from './netdev/create-memory-netdev.js';
import type { MemoryNetDevOptions } from './netdev/session.js';
import { createNetworkStack, type NetworkStack } from './network-stack.js';
import { addVirtualFunction, type VirtualFunctionSpec } from './virtual-functions.js';

/** Where on the host something happens; left out: its own stack. */
export interface InStack {
  namespace?: NamespaceRef;
}

/** A host whose network lives in memory: for tests of programs, for dry runs, and to prove the suites on. */
export interface MemoryHost {
  /** A device driver for the host, or for one of its namespaces. */
  netdev(options?: MemoryNetDevOptions): Promise<NetDevDriver>;
  /** A firewall manager; what it applies, {@link MemoryHost.packet} goes by. */
  firewall(options?: MemoryFirewallOptions): Promise<FirewallManager>;
  /** A DHCP driver; what its servers are asked, {@link MemoryHost.requestLease} asks. */
  dhcp(options?: MemoryDhcpOptions): Promise<DhcpDriver>;

  /** Puts a network card's virtual function (SR-IOV) into the host, and the links it names where they are missing. */
  addVirtualFunction(spec: VirtualFunctionSpec): void;
  /** What becomes of a packet that opens a connection. @throws InvalidArgumentError */
  packet(packet: MemoryPacket, where?: InStack): PacketFate;
  /** What the host does with packets to itself that no intent lets in. It starts with `accept`. */
  setInputPolicy(policy: InputPolicy): void;
  /** Empties the rule set behind the managers' backs, as somebody does who does not know of them. */
  flushFirewall(where?: InStack): void;
  /** What is in the rule set: owner, key and intent, one text each, in order. */
  firewallRules(where?: InStack): string[];
  /** A client asks the server of a network for an address; `undefined`: it gets no answer. */
  requestLease(key: string, mac: string, hostname?: string, where?: InStack): MemoryOffer | undefined;
  /** A client asks the server of a network for the address of a name; `undefined`: there is no such name. */
  resolveName(key: string, name: string, where?: InStack): IpAddress | undefined;
  /** Ends the server of a network behind the drivers' backs. */
  killDhcpServer(key: string, where?: InStack): void;
}

/** A fresh host: a loopback device that is down, and nothing else. It is modelled on Linux. */
export function createMemoryHost(): MemoryHost {
  const stacks: MemoryStacks = { own: createNetworkStack(), named: new Map(), pci: new Map() };
  const ruleSets = new WeakMap<NetworkStack, MemoryRuleSet>();
  const dhcpServers = new WeakMap<NetworkStack, MemoryDhcpServers>();
  let input: InputPolicy = 'accept';

  const at = ({ namespace }: { namespace?: NamespaceRef | undefined } = {}): NetworkStack =>
    stackOf(stacks, namespace === undefined ? undefined : parseNamespaceRef(namespace), 'open namespace');
  const ruleSetOf = (stack: NetworkStack): MemoryRuleSet => kept(ruleSets, stack, () => new Map());
  const serversOf = (stack: NetworkStack): MemoryDhcpServers =>
    kept(dhcpServers, stack, () => ({ byKey: new Map(), listeners: new Set() }));
  const serverOf = (key: string, where?: InStack): MemoryDhcpServer => {
    const server = serversOf(at(where)).byKey.get(key);
    if (server !== undefined) return server;
    throw new PlatformError({ operation: 'ask DHCP server', object: key, detail: 'there is none' });
  };

  return {
    netdev: async (options) => createMemoryNetDev(stacks, options),
    firewall: async (options) => createMemoryFirewall(ruleSetOf(at(options)), options),
    dhcp: async (options) => createMemoryDhcp(serversOf(at(options)), at(options), options),
    addVirtualFunction: (spec) => addVirtualFunction(stacks, spec),
    packet: (packet, where) => decide(at(where), ruleSetOf(at(where)), packet, input),
    setInputPolicy: (policy) => {
      input = policy;
    },
    flushFirewall: (where) => ruleSetOf(at(where)).clear(),
    firewallRules: (where) =>
      [...ruleSetOf(at(where))].flatMap(([owner, rules]) =>
        rules.map(({ key, intent }) => `${owner} ${key} ${JSON.stringify(intent)}`),
      ),
    requestLease(key, mac, hostname, where) {
      const server = serverOf(key, where);
      const given = server.running ? handOut(server, parseMacAddress(mac), hostname, new Date()) : undefined;
      if (given === undefined) return undefined;
      server.journal.add(given.change);
      for (const listener of serversOf(at(where)).listeners) listener();
      return given.offer;
    },
    resolveName(key, name, where) {
      const server = serverOf(key, where);
      return server.running ? resolveName(server, name) : undefined;
    },
    killDhcpServer(key, where) {
      const server = serverOf(key, where);
      server.running = false;
      server.journal.lose();
    },
  };
}

function kept<Value extends object>(
  map: WeakMap<NetworkStack, Value>,
  stack: NetworkStack,
  make: () => Value,
): Value {
  const value = map.get(stack) ?? make();
  map.set(stack, value);
  return value;
}
