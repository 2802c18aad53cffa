import { createMemoryHost } from 'netdev-conformance';
import { createFreeBsdHost } from 'netdev-conformance/freebsd';
import type { NetDevFactory } from 'netdev-conformance/netdev';
import type { NetDevDriver } from 'netdev-core';

export const factory: NetDevFactory<{ driver: NetDevDriver }> = {
  setup: async (options) => ({ driver: await createMemoryHost().netdev(options) }),
  teardown: ({ driver }) => driver.close(),
};

async function main(): Promise<void> {
  const { driver } = await factory.setup({});
  const { value } = await driver.ensureLink({ kind: 'bridge', name: 'br0', up: true });
  await factory.teardown({ driver });
  const { stdout } = createFreeBsdHost({ version: 14 }).run(['ifconfig', '-l']);
  console.log(value.kind, stdout.trim());
}

main();
