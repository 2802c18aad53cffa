/** An address as ifconfig shows it, its mask as a length. */
export interface ShownAddress {
  family: 'inet' | 'inet6';
  /** Without the zone of a link-local one. */
  address: string;
  length: number;
  broadcast: string | undefined;
  tentative: boolean;
  autoconf: boolean;
}

export interface ShownMember {
  name: string;
  flags: ReadonlySet<string>;
}

/** An interface as ifconfig shows it. */
export interface ShownInterface {
  name: string;
  /** UP, BROADCAST … */
  flags: ReadonlySet<string>;
  mtu: number;
  ether: string | undefined;
  description: string | undefined;
  groups: readonly string[];
  addresses: readonly ShownAddress[];
  status: string | undefined;
  /** Of a bridge: what stands behind `fwddelay`, `timeout` and the like. */
  settings: ReadonlyMap<string, number>;
  members: readonly ShownMember[];
  vlan: { tag: number; parent: string | undefined } | undefined;
}

const head = /^(\S+): flags=[0-9a-f]+<([A-Z0-9_,]*)> metric \d+ mtu (\d+)/;

/**
 * Reads what `ifconfig -a` shows. The order of the lines in a block has changed between releases, so each is known by its first
 * word; those that say nothing here are passed over.
 */
export function parseInterfaces(text: string): ShownInterface[] {
  const blocks: { head: RegExpExecArray; lines: string[] }[] = [];
  for (const line of text.split('\n')) {
    const start = head.exec(line);
    if (start !== null) blocks.push({ head: start, lines: [] });
    // A description may hold anything but a line's end, so that only the first TAB is taken off.
    else if (line.startsWith('\t')) blocks.at(-1)?.lines.push(line.slice(1));
  }
  return blocks.map(({ head: [, name = '', flags = '', mtu = ''], lines }) => ({
    name,
    flags: words(flags),
    mtu: Number(mtu),
    ether: after(lines, 'ether '),
    description: after(lines, 'description: '),
    groups: after(lines, 'groups: ')?.trim().split(' ') ?? [],
    addresses: lines.flatMap(parseAddress),
    status: after(lines, 'status: '),
    settings: parseSettings(lines),
    members: lines.flatMap(parseMember),
    vlan: parseVlan(after(lines, 'vlan: ')),
  }));
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(',').filter((word) => word !== ''));
}

function after(lines: readonly string[], start: string): string | undefined {
  return lines.find((line) => line.startsWith(start))?.slice(start.length);
}

function parseAddress(line: string): ShownAddress[] {
  const [family, text = '', ...rest] = line.split(' ');
  const [address = ''] = text.split('%');
  const of = (word: string): string | undefined =>
    rest.includes(word) ? rest[rest.indexOf(word) + 1] : undefined;
  const flags = { tentative: rest.includes('tentative'), autoconf: rest.includes('autoconf') };
  if (family === 'inet') {
    const length = maskLength(of('netmask') ?? '0xffffffff');
    return [{ family, address, length, broadcast: of('broadcast'), ...flags }];
  }
  if (family !== 'inet6') return [];
  return [{ family, address, length: Number(of('prefixlen') ?? 128), broadcast: undefined, ...flags }];
}

/** 24 for `0xffffff00`. */
function maskLength(hex: string): number {
  return Number(hex).toString(2).replaceAll('0', '').length;
}

/** `hellotime 2 fwddelay 15` and the like; the line of the root says it of another bridge. */
function parseSettings(lines: readonly string[]): ReadonlyMap<string, number> {
  const own = lines.filter((line) => line.startsWith('id ') || line.startsWith('maxage '));
  const pairs = own.flatMap((line) => [...line.matchAll(/(?:^| )([a-z]+) (\d+)(?= |$)/g)]);
  return new Map(pairs.map(([, name = '', value]) => [name, Number(value)]));
}

function parseMember(line: string): ShownMember[] {
  const [, name = '', flags = ''] = /^member: (\S+) flags=[0-9a-f]+<([A-Z0-9_,]*)>/.exec(line) ?? [];
  return name === '' ? [] : [{ name, flags: words(flags) }];
}

function parseVlan(text: string | undefined): ShownInterface['vlan'] {
  const [, tag = '', parent] = /^(\d+) .*parent interface: (\S+)/.exec(text ?? '') ?? [];
  return tag === '' ? undefined : { tag: Number(tag), parent: parent === '<none>' ? undefined : parent };
}
