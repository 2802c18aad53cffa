import { type IpAddress, isNetDevError, type MacAddress, parseIpAddress, parseMacAddress } from 'netdev-core';

/** What a line of a server's log is about. */
export interface LogLine {
  /** Which part of dnsmasq said it. */
  source: 'dns' | 'dhcp' | 'script' | 'tftp';
  /**
   * - `started`, `stopped`: the server did so;
   * - `read`: it has read the file `file`;
   * - `exchange`: it took or sent the DHCP message `message`, and what was unusual about it is in `text`;
   * - `address`: it does not hand out `address` as it was told to;
   * - `no-range`: a client asked where there is no range for it;
   * - `failure`: something went wrong;
   * - `other`: anything else.
   */
  kind: 'started' | 'stopped' | 'read' | 'exchange' | 'address' | 'no-range' | 'failure' | 'other';
  /**
   * The line itself. A guest may have had a say in it: whatever is not printable ASCII stands as `\xNN`, a
   * backslash as `\\`, and all behind 1,000 letters is cut off.
   */
  text: string;
  file?: string;
  /** `DHCPDISCOVER`, `DHCPREQUEST` … */
  message?: string;
  interface?: string;
  mac?: MacAddress;
  address?: IpAddress;
}

const LONGEST = 1_000;

const sources: Readonly<Record<string, LogLine['source']>> = {
  '': 'dns',
  '-dhcp': 'dhcp',
  '-script': 'script',
  '-tftp': 'tftp',
};

/** Each with what it is taken for (dnsmasq.c, option.c, cache.c, dhcp.c, rfc2131.c, rfc3315.c, lease.c and helper.c of dnsmasq 2.90). */
const kinds: readonly [kind: LogLine['kind'], pattern: RegExp][] = [
  ['started', /^started, version /],
  ['stopped', /^exiting on receipt of SIGTERM/],
  ['read', /^read (?<file>\/\S+)(?: - \d+ \w+)?$/],
  [
    'exchange',
    /^(?:\d+ )?(?<message>DHCP[A-Z0-9-]+)\((?<device>[^)]+)\) (?:(?<address>[0-9.]+|[0-9a-f:]*::[0-9a-f:]*) )?(?<mac>(?:[0-9a-f]{2}:){5}[0-9a-f]{2})?/,
  ],
  ['address', /^(?:not using configured address|disabling DHCP static address) (?<address>\S+) /],
  ['no-range', /^no address range available for DHCP(?:v6)? request (?:via|from) (?<device>\S+)/],
  [
    'failure',
    /^(?:failed to|cannot|could not|error|bad |script process|abandoning lease|ignoring (?:invalid|duplicate))/,
  ],
];

/** Reads a line of the log, `dnsmasq-PART[PID]: TEXT` (log.c of dnsmasq); `undefined` for one of another form. */
export function parseLogLine(line: string): LogLine | undefined {
  const [, part = '', said] = /^dnsmasq(-[a-z]+)?(?:\[\d+\])?: (.*)$/s.exec(line) ?? [];
  if (said === undefined) return undefined;
  const source = Object.hasOwn(sources, part) ? sources[part] : undefined;
  const text = harmless(said);
  for (const [kind, pattern] of kinds) {
    const found = pattern.exec(text);
    if (found !== null) return { source: source ?? 'dns', kind, text, ...detailsOf(found.groups ?? {}) };
  }
  return { source: source ?? 'dns', kind: 'other', text };
}

function detailsOf({
  file,
  message,
  device,
  mac,
  address,
}: Partial<Record<string, string>>): Pick<LogLine, 'file' | 'message' | 'interface' | 'mac' | 'address'> {
  const parsedMac = mac === undefined ? undefined : ifAny(() => parseMacAddress(mac));
  const parsedAddress = address === undefined ? undefined : ifAny(() => parseIpAddress(address));
  return {
    ...(file === undefined ? {} : { file }),
    ...(message === undefined ? {} : { message }),
    ...(device === undefined ? {} : { interface: device }),
    ...(parsedMac === undefined ? {} : { mac: parsedMac }),
    ...(parsedAddress === undefined ? {} : { address: parsedAddress }),
  };
}

function ifAny<Value>(parse: () => Value): Value | undefined {
  try {
    return parse();
  } catch (error) {
    if (isNetDevError(error, 'INVALID_ARGUMENT')) return undefined;
    throw error;
  }
}

function harmless(text: string): string {
  return text
    .slice(0, LONGEST)
    .replace(/\\/g, '\\\\')
    .replace(/[^\x20-\x7e]/g, (letter) => `\\x${letter.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
