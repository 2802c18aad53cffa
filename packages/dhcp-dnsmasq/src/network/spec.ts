import { randomBytes } from 'node:crypto';
import type { DhcpHost, DhcpNetwork } from 'netdev-core';
import { givenHost, type WantedNetwork } from './wanted-network.js';

/** The network that a server is for, as it is kept in a file. Hosts that were added since are in files of their own. */
export interface KeptSpec {
  /** Another one after each change that put all hosts into one file again; additions to an earlier one count for nothing. */
  generation: string;
  network: DhcpNetwork;
}

export function newGeneration(): string {
  return randomBytes(6).toString('hex');
}

export function renderSpec({ given, network }: WantedNetwork, generation: string): string {
  return `${JSON.stringify({ generation, network: { ...given, hosts: network.hosts.map(givenHost) } })}\n`;
}

/** Reads a kept network; `undefined` for what is none, as a damaged file. Its values are to be parsed as a caller's. */
export function parseSpec(text: string | undefined): KeptSpec | undefined {
  if (text === undefined) return undefined;
  try {
    const { generation, network } = JSON.parse(text) as { generation?: unknown; network?: unknown };
    if (typeof generation !== 'string' || !/^[0-9a-f]{12}$/.test(generation)) return undefined;
    if (typeof network !== 'object' || network === null) return undefined;
    const hosts: unknown = Reflect.get(network, 'hosts');
    return {
      generation,
      network: { ...(network as DhcpNetwork), hosts: Array.isArray(hosts) ? (hosts as DhcpHost[]) : [] },
    };
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
}
