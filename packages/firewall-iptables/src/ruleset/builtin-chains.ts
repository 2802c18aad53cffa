/** The chains that the kernel gives to each table (iptables(8), ip6tables(8), ebtables(8)). */
const builtinChains: Readonly<Record<string, readonly string[]>> = {
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
  nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
  mangle: ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING'],
  raw: ['PREROUTING', 'OUTPUT'],
  security: ['INPUT', 'FORWARD', 'OUTPUT'],
  broute: ['BROUTING'],
};

const builtinNames = new Set(Object.values(builtinChains).flat());

/** Whether the kernel itself hands packets to a chain of this name. */
export function isBuiltin(chain: string): boolean {
  return builtinNames.has(chain);
}

/** Whether a table has the chain by itself. */
export function hasBuiltin(table: string, chain: string): boolean {
  return builtinChains[table]?.includes(chain) ?? false;
}
