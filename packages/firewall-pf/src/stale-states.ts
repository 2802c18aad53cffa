import { type Intent, ipFamily } from 'netdev-core';

/**
 * What `pfctl -k` ends of a group of which something goes: the states that its rules made, by their label, and those of
 * addresses that were translated by rules that have none.
 */
export function statesOf(intents: readonly Intent[], label: string): string[][] {
  if (intents.length === 0) return [];
  return [['label', label], ...intents.flatMap(addressesOf)];
}

function addressesOf(intent: Intent): string[][] {
  switch (intent.kind) {
    case 'floating-address':
      return [...ofHost(intent.fixed), toHost(intent.floating)];
    case 'port-forward':
      return [toHost(intent.address)];
    case 'source-nat':
      return [[intent.source]];
    case 'guest':
      return intent.addresses.flatMap(ofHost);
    default:
      return [];
  }
}

function ofHost(address: string): string[][] {
  return [[address], toHost(address)];
}

function toHost(address: string): string[] {
  return [ipFamily(address) === 'ipv4' ? '0.0.0.0/0' : '::/0', address];
}
