import { PlatformError, withoutAbsent } from 'netdev-core';

/** A flow of a bridge as ovs-ofctl(8) dumps it. */
export interface SwitchFlow {
  table: number;
  /** Of the flows of a table that match, the highest decides. */
  priority: number;
  /** A number of 64 bits that whoever made the flow chose. */
  cookie: bigint;
  /** By ovs-fields(7): `{ udp: '', tp_dst: '67' }`; a protocol's name has an empty value. None: all packets. */
  match: Readonly<Record<string, string>>;
  /** By ovs-actions(7): `['NORMAL']`, `['mod_vlan_vid:7', 'output:2']`. */
  actions: readonly string[];
  packets: bigint;
  bytes: bigint;
  /** How long it has been there. */
  seconds: number;
  /** Seconds without packets after which it goes. */
  idleTimeout?: number;
  /** Seconds after which it goes. */
  hardTimeout?: number;
}

/** The priority that is not told (OFP_DEFAULT_PRIORITY). */
const DEFAULT_PRIORITY = 0x8000;

/** Before the actions, what is no match. */
const ABOUT = [
  ...['cookie', 'duration', 'table', 'n_packets', 'n_bytes', 'idle_timeout', 'hard_timeout', 'importance'],
  ...['idle_age', 'hard_age', 'priority', 'send_flow_rem', 'check_overlap', 'reset_counts'],
  ...['no_packet_counts', 'no_byte_counts'],
];

/** The flows in the output of `ovs-ofctl dump-flows`. @throws PlatformError for a line that is none */
export function parseFlows(text: string): SwitchFlow[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^(NXST|OFPST)_FLOW reply /.test(line))
    .map(parseFlow);
}

function parseFlow(line: string): SwitchFlow {
  const [, head, tail] = /^(?:(.*) )?actions=(.*)$/.exec(line) ?? [];
  if (tail === undefined) throw noFlow(line);
  const fields = (head ?? '')
    .split(',')
    .map((field) => field.trim())
    .filter((field) => field !== '')
    .map((field): [string, string] => {
      const end = field.indexOf('=');
      return end < 0 ? [field, ''] : [field.slice(0, end), field.slice(end + 1)];
    });
  const about = new Map(fields.filter(([name]) => ABOUT.includes(name)));
  const told = (name: string, form: RegExp): string | undefined => {
    const value = about.get(name);
    if (value === undefined || form.test(value)) return value;
    throw noFlow(line);
  };
  const number = (name: string): number | undefined => {
    const value = told(name, /^\d+(\.\d+)?s?$/);
    return value === undefined ? undefined : Number.parseFloat(value);
  };
  const whole = (name: string): bigint => BigInt(told(name, /^(0x[\da-f]+|\d+)$/i) ?? 0);
  return withoutAbsent<SwitchFlow>({
    table: number('table') ?? 0,
    priority: number('priority') ?? DEFAULT_PRIORITY,
    cookie: whole('cookie'),
    match: Object.fromEntries(fields.filter(([name]) => !ABOUT.includes(name))),
    actions: splitActions(tail),
    packets: whole('n_packets'),
    bytes: whole('n_bytes'),
    seconds: number('duration') ?? 0,
    idleTimeout: number('idle_timeout'),
    hardTimeout: number('hard_timeout'),
  });
}

function noFlow(line: string): PlatformError {
  return new PlatformError({
    operation: 'read',
    object: 'flows of Open vSwitch',
    detail: `this is none: ${line}`,
  });
}

/** At the commas that are in no parentheses and no brackets. */
function splitActions(text: string): string[] {
  const actions = [''];
  let depth = 0;
  for (const character of text) {
    if ('(['.includes(character)) depth += 1;
    if (')]'.includes(character)) depth -= 1;
    if (character === ',' && depth === 0) actions.push('');
    else actions.push(`${actions.pop() ?? ''}${character}`);
  }
  return actions;
}
