/** One rule that the kernel has. */
export interface KernelRule {
  family: 'ipv4' | 'ipv6' | 'bridge';
  table: string;
  chain: string;
  text: string;
}

export interface Risen extends KernelRule {
  by: number;
}

/** The rules of what a save program printed, by table, chain and place, with their packets. */
export function countsOf(text: string, family: KernelRule['family']): Map<string, Risen> {
  let table = '';
  const places = new Map<string, number>();
  const entries = text.split('\n').flatMap((line): [string, Risen][] => {
    if (line.startsWith('*')) table = line.slice(1).trim();
    const rule = /^\[(\d+):\d+\] -A (\S+) ?(.*?) *$/.exec(line);
    if (rule === null) return [];
    const [, packets = '0', chain = '', ruleText = ''] = rule;
    const place = (places.get(`${table} ${chain}`) ?? 0) + 1;
    places.set(`${table} ${chain}`, place);
    return [
      [`${family} ${table} ${chain} ${place}`, { family, table, chain, text: ruleText, by: Number(packets) }],
    ];
  });
  return new Map(entries);
}
