import { type IntentGroup, type IntentKind, intentKinds, UnsupportedError } from 'netdev-core';
import type { Nft } from './nft.js';

/** What is done to frames, for which the kernel has to have nftables for bridges. */
const needBridge: ReadonlySet<IntentKind> = new Set<IntentKind>([
  'isolate-address',
  'dhcp-guard',
  'guest',
  'security-group',
]);

/** What can be had of this kernel, by asking it. */
export async function findCapabilities(nft: Nft): Promise<ReadonlySet<IntentKind>> {
  const takesFrames = await nft.takes([
    'add table bridge netdev-probe',
    'add chain bridge netdev-probe forward { type filter hook forward priority filter; }',
  ]);
  return new Set(intentKinds.filter((kind) => takesFrames || !needBridge.has(kind)));
}

/** @throws UnsupportedError naming the first intent that is no capability */
export function checkSupport({ key, intents }: IntentGroup, capabilities: ReadonlySet<IntentKind>): void {
  const lacking = intents.find(({ kind }) => !capabilities.has(kind));
  if (lacking === undefined) return;
  throw new UnsupportedError({
    operation: `put ${lacking.kind} of group`,
    object: key,
    detail: 'this kernel has no nftables for bridges',
    hint: 'it needs CONFIG_NF_TABLES_BRIDGE',
  });
}
