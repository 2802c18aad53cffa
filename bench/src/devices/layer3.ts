import type { NetDevOperation } from 'netdev-core';
import { type Contender, openContender } from './contenders.js';

/** What a link is given, all of it by one change. */
export interface Layer3Workload {
  make: readonly NetDevOperation[];
  addresses: readonly NetDevOperation[];
  routes: readonly NetDevOperation[];
}

/** Milliseconds. */
export type Layer3Times = Record<'addresses' | 'routes', number>;

/** So many addresses and routes of a bridge: at most 65536 of each. */
export function layer3Workload(count: number): Layer3Workload {
  const numbers = Array.from({ length: count }, (_, number) => `${number >> 8}.${number & 255}`);
  return {
    make: [{ do: 'create-link', spec: { kind: 'bridge', name: 'bench0', up: true } }],
    addresses: numbers.map((number) => ({
      do: 'add-address',
      spec: { link: 'bench0', cidr: `10.1.${number}/32` },
    })),
    routes: numbers.map((number) => ({
      do: 'add-route',
      spec: { destination: `10.2.${number}/32`, link: 'bench0' },
    })),
  };
}

/** Does the whole of a workload in an empty namespace. */
export async function runLayer3(
  contender: Contender,
  namespace: string,
  { make, addresses, routes }: Layer3Workload,
): Promise<Layer3Times> {
  const host = await openContender(contender, namespace);
  const timed = async (operations: readonly NetDevOperation[]): Promise<number> => {
    const start = performance.now();
    await host.change(operations);
    return performance.now() - start;
  };
  await host.change(make);
  const times = { addresses: await timed(addresses), routes: await timed(routes) };
  await host.close();
  return times;
}
