import { digest } from '../entry.js';

/**
 * The name of a chain that is for a security group. Keys may hold colons, which nft(8) takes in no name: those become a
 * digest behind a dot, which no other name has there.
 */
export function groupChain(use: 'in' | 'out' | 'members-in' | 'members-out', group: string): string {
  return group.includes(':') ? `${use}.${digest(group)}` : `${use}-${group}`;
}

/** The name of the chain that asks the groups of a guest, one after the other. */
export function askingChain(direction: 'in' | 'out', groups: readonly string[]): string {
  return `ask-${direction}-${digest(JSON.stringify(groups))}`;
}
