import { InvalidArgumentError } from '../errors/index.js';
import {
  type InterfaceName,
  type IpAddress,
  type MacAddress,
  parseInterfaceName,
  parseMacAddress,
  parsePort,
  parseUnicastMac,
  parseVlanId,
} from '../values/index.js';
import { checked } from './checks.js';
import type { ForwardingEntry, ForwardingEntrySpec } from './forwarding-entry.js';
import type { VxlanDetail } from './link.js';
import { parseVni, unicast } from './vxlan-fields.js';

/** A {@link ForwardingEntrySpec} with its values parsed. */
export interface ParsedForwardingEntrySpec extends Omit<ForwardingEntrySpec, 'link' | 'mac' | 'remote'> {
  link: InterfaceName;
  mac: MacAddress;
  remote?: IpAddress;
}

/** Parses an entry of a forwarding database. @throws InvalidArgumentError naming the field */
export function parseForwardingEntrySpec(spec: ForwardingEntrySpec): ParsedForwardingEntrySpec {
  const known = {
    link: parseInterfaceName,
    mac: spec?.remote === undefined ? parseUnicastMac : parseMacAddress,
    vlanId: parseVlanId,
    remote: unicast,
    port: parsePort,
    vni: parseVni,
  };
  const parsed = checked(spec, 'spec', known, ['link', 'mac'], '') as unknown as ParsedForwardingEntrySpec;
  const foreign = (parsed.remote === undefined ? (['port', 'vni'] as const) : (['vlanId'] as const)).find(
    (field) => parsed[field] !== undefined,
  );
  if (foreign === undefined) return parsed;
  const table = parsed.remote === undefined ? 'possible without a remote' : 'possible beside a remote';
  throw new InvalidArgumentError(foreign, parsed[foreign], table);
}

/** For drivers: whether an entry is the one that is asked for, however it came to be. */
export function isForwardingEntry(entry: ForwardingEntry, spec: ParsedForwardingEntrySpec): boolean {
  const fields = ['link', 'mac', 'vlanId', 'remote', 'port', 'vni'] as const;
  const sameTable = (entry.bridge === undefined) === (spec.remote !== undefined);
  return sameTable && fields.every((field) => entry[field] === spec[field]);
}

/** For drivers: an entry of a vxlan without the port and the network that are its own, as a database shows it. */
export function withoutOwnNetwork(
  { port, vni, ...rest }: ParsedForwardingEntrySpec,
  own: Pick<VxlanDetail, 'port' | 'vni'>,
): ParsedForwardingEntrySpec {
  return {
    ...rest,
    ...(port === undefined || port === own.port ? {} : { port }),
    ...(vni === undefined || vni === own.vni ? {} : { vni }),
  };
}
