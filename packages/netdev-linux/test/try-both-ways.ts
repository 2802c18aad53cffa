import { readdirSync } from 'node:fs';
import type { NetDevDriver } from 'netdev-core';
import { createLinuxNetDev } from 'netdev-linux';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type BothWays, tell } from './both-ways.js';
import { ipHere } from './host.js';

/** Declares each entry of a table as two tests: what the driver does is seen by iproute2, and the other way round. */
export function tryBothWays(table: readonly (readonly [name: string, entry: BothWays])[]): void {
  const namespace = 'both-ways';
  let driver: NetDevDriver | undefined;

  beforeEach(async () => {
    ipHere(`netns add ${namespace}\n netns add both-ways-far`);
    tell(
      namespace,
      `link set dev lo up
       link add name a type veth peer name b
       link set dev a up
       link set dev b up`,
    );
    driver = await createLinuxNetDev({ namespace: { name: namespace } });
  });
  const clear = async () => {
    await driver?.close();
    driver = undefined;
    const names = readdirSync('/run/netns').filter((name) => name.startsWith('both-ways'));
    ipHere(names.map((name) => `netns delete ${name}`).join('\n'));
  };
  afterEach(clear);
  afterAll(clear);
  const place = () => {
    if (driver === undefined) throw new Error('no driver');
    return { namespace, driver };
  };

  describe.each(table)('%s', (_, entry) => {
    it('by the driver is seen by iproute2', async () => {
      tell(namespace, entry.before);
      await place().driver.batch([entry.operation]);
      expect(entry.shown(place())).toEqual(entry.expected);
    });

    it('by iproute2 is seen by the driver', async () => {
      tell(namespace, entry.before);
      tell(namespace, entry.lines);
      expect(await entry.read(place())).toEqual(entry.expected);
    });
  });
}
