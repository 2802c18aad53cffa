import { PlatformError } from 'netdev-core';

/** A chain that the kernel itself hands packets to (a base chain of nft(8)). */
export interface BaseChain {
  /** `ip`, `ip6`, `inet`, `bridge`, …: nft's word. */
  family: string;
  table: string;
  name: string;
  hook: string;
  policy: string;
}

/**
 * Reads what `nft -j list chains` prints (libnftables-json(5)). Only names and policies are in it, so that it costs nothing
 * how many rules and elements of sets there are.
 *
 * @throws PlatformError for a text that is none
 */
export function parseBaseChains(text: string): BaseChain[] {
  const { nftables } = parse(text);
  if (!Array.isArray(nftables)) throw unreadable('it has no list `nftables`');
  return nftables.flatMap((item: unknown): BaseChain[] => {
    const { chain } = Object(item) as { chain?: Record<string, unknown> };
    if (typeof chain?.hook !== 'string') return [];
    const { family, table, name, hook, policy = 'accept' } = chain;
    return [{ family: `${family}`, table: `${table}`, name: `${name}`, hook, policy: `${policy}` }];
  });
}

/** Whether the rules that `nft -j -t list table` prints drop or refuse anything. */
export function dropsAnything(text: string): boolean {
  return /"(?:drop|reject)"\s*:/.test(text);
}

function parse(text: string): { nftables?: unknown } {
  try {
    return Object(JSON.parse(text)) as { nftables?: unknown };
  } catch (cause) {
    throw unreadable(String(cause));
  }
}

function unreadable(detail: string): PlatformError {
  return new PlatformError({ operation: 'read', object: 'the chains of nftables', detail });
}
