import type { IpAddress } from 'netdev-core';
import type { ExplainedRule, RuleAction } from './explanation.js';
import { hasPorts } from './protocols.js';
import type { SeenIp } from './seen.js';
import type { Truth } from './truth.js';
import type { Station, Walk } from './walk-chain.js';

/** One end of a connection: `undefined` for what nobody knows. */
export interface Endpoint {
  address: IpAddress | undefined;
  port: number | undefined;
}

export type End = 'source' | 'destination';

/** Which end of a packet a nat table translates in a hook; connections are translated at each end once. */
export function translatedEnd({ hook }: Station): End {
  return hook === 'PREROUTING' || hook === 'OUTPUT' ? 'destination' : 'source';
}

export function endpointOf(ip: SeenIp, end: End): Endpoint {
  return end === 'source'
    ? { address: ip.source, port: ip.sourcePort }
    : { address: ip.destination, port: ip.destinationPort };
}

/** The packet with another end; messages about a connection have no ports to be translated. */
export function withEndpoint(ip: SeenIp, end: End, { address, port: translated }: Endpoint): SeenIp {
  const port = hasPorts(ip.protocol) ? translated : undefined;
  return end === 'source'
    ? { ...ip, source: address, sourcePort: port }
    : { ...ip, destination: address, destinationPort: port };
}

/** What the rules of a nat table make of one end of the packet that opens a connection. */
export function translate(ip: SeenIp, end: End, { ends, passes }: Walk): SeenIp {
  const before = endpointOf(ip, end);
  const results = ends.map(({ does }) => translated(before, end, does));
  if (passes !== 'no' || results.length === 0) results.push({ ...before, changed: 'no' });
  const after = results.reduce((one, other) => ({
    address: one.address === other.address ? one.address : undefined,
    port: one.port === other.port ? one.port : undefined,
    changed: one.changed === other.changed ? one.changed : 'unknown',
  }));
  const mark = end === 'source' ? 'sourceTranslated' : 'destinationTranslated';
  return {
    ...withEndpoint(ip, end, after),
    connection: { ...ip.connection, [mark]: after.changed },
  };
}

/** A connection counts as translated only when it became another one (nf_nat_setup_info of nf_nat_core.c). */
function translated(before: Endpoint, end: End, does: RuleAction): Endpoint & { changed: Truth } {
  if (does.kind === 'accept') return { ...before, changed: 'no' };
  if (does.kind !== `translate-${end}`) return { address: undefined, port: undefined, changed: 'unknown' };
  const { address = before.address, port = before.port } = does as {
    address?: string;
    port?: number | 'chosen';
  };
  const after = {
    address:
      address === 'chosen' || address === 'masquerade' ? undefined : (address as IpAddress | undefined),
    port: port === 'chosen' ? undefined : port,
  };
  return { ...after, changed: differs(before, after) };
}

function differs(before: Endpoint, after: Endpoint): Truth {
  const isKnown = (one: unknown, other: unknown): boolean => one !== undefined && other !== undefined;
  if (isKnown(before.address, after.address) && before.address !== after.address) return 'yes';
  if (isKnown(before.port, after.port) && before.port !== after.port) return 'yes';
  if (before.address === undefined || after.address === undefined) return 'unknown';
  return before.port === after.port ? 'no' : 'unknown';
}

/** Whether one of these rules gives the packet the address of the device that it leaves by. */
export function masquerades(ends: readonly ExplainedRule[]): boolean {
  return ends.some(({ does }) => does.kind === 'translate-source' && does.address === 'masquerade');
}
