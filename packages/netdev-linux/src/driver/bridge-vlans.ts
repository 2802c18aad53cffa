import {
  type BridgeVlan,
  type BridgeVlanFilter,
  bridgeVlanOf,
  DeviceNotFoundError,
  eachVlan,
  type InterfaceName,
  type NetDevDriver,
  type NetDevOperation,
  type OperationOptions,
  type ParsedBridgeVlanRange,
  PlatformError,
  parseBridgeVlanRange,
  parseBridgeVlanSpec,
  parseInterfaceName,
  UnsupportedError,
  vlanIds,
} from 'netdev-core';
import { AF, decodeBridgeVlans, encodeLink, RTEXT_FILTER, RTM } from '../netlink/index.js';
import { vlanAddition, vlanRemoval, vlanText } from './bridge-vlan-changes.js';
import { vlansFromMessage } from './bridge-vlan-message.js';
import { carryOut } from './change.js';
import type { Attempt } from './kernel-error.js';
import { linkNames } from './names.js';
import { requireVlans } from './require-vlans.js';
import type { Session } from './session.js';

type BridgeVlans = Pick<NetDevDriver, 'listBridgeVlans' | 'ensureBridgeVlan' | 'deleteBridgeVlan'>;

/** Reads and changes the VLANs of bridges and their ports in one namespace. */
export function createBridgeVlans(
  session: Session,
  done: (operation: NetDevOperation) => void,
  capabilities: NetDevDriver['capabilities'],
): BridgeVlans {
  const list = async (
    { link, bridge }: BridgeVlanFilter,
    options?: OperationOptions,
  ): Promise<BridgeVlan[]> => {
    const attempt = { operation: 'list VLANs of', object: link ?? bridge ?? 'all bridges' };
    requireVlans(capabilities, attempt);
    for (const [field, name] of Object.entries({ link, bridge })) {
      if (name !== undefined) await session.indexOf(parseInterfaceName(name, field), attempt, options);
    }
    const names = await linkNames(session, options);
    const request = encodeLink({ family: AF.BRIDGE, extendedMask: RTEXT_FILTER.BRVLAN_COMPRESSED });
    const messages = await session.dump(RTM.GETLINK, request, decodeBridgeVlans, attempt, options);
    return messages
      .filter(({ name }) => link === undefined || name === link)
      .flatMap((message) => vlansFromMessage(message, names))
      .filter((vlan) => bridge === undefined || vlan.bridge === bridge);
  };

  /** Those VLANs of a range that the link is in, one by one. */
  const presentOf = async (range: ParsedBridgeVlanRange, options?: OperationOptions) => {
    const { link, self = false, vlanId: first, lastVlanId: last = first } = range;
    const vlans = eachVlan(await list({ link }, options));
    return vlans.filter(
      ({ bridge, vlanId }) => (bridge === link) === self && vlanId >= first && vlanId <= last,
    );
  };

  return {
    listBridgeVlans: async (filter = {}, options) => list(filter, options),

    async ensureBridgeVlan(given, options) {
      const spec = parseBridgeVlanSpec(given);
      const { pvid, untagged } = spec;
      const attempt = { operation: 'add VLAN', object: vlanText(spec) };
      requireVlans(capabilities, attempt);
      const { index, bridge } = await findTarget(session, spec, attempt, options);
      const value = bridgeVlanOf(spec, bridge);
      const present = await presentOf(spec, options);
      const asWanted = present.filter((vlan) => vlan.pvid === pvid && vlan.untagged === untagged);
      if (asWanted.length === vlanIds(spec).length) return { changed: false, value };
      await carryOut(session, vlanAddition(spec, index), done, options);
      return { changed: true, value };
    },

    async deleteBridgeVlan(given, options) {
      const range = parseBridgeVlanRange(given);
      const attempt = { operation: 'delete VLAN', object: vlanText(range) };
      requireVlans(capabilities, attempt);
      const index = await session.indexOf(range.link, attempt, options);
      if ((await presentOf(range, options)).length === 0) return false;
      return carryOut(session, vlanRemoval(range, index), done, options);
    },
  };
}

/** The bridge, or the port and its bridge. A network card would take a request for its own switch (ndo_bridge_setlink). */
async function findTarget(
  session: Session,
  { link, self }: ParsedBridgeVlanRange,
  attempt: Attempt,
  options?: OperationOptions,
): Promise<{ index: number; bridge: InterfaceName }> {
  const found = await session.findLink(link, options);
  if (found?.index === undefined)
    throw new DeviceNotFoundError({ ...attempt, detail: `there is no device ${link}` });
  const { index, master, info } = found;
  if (self === true) {
    if (info?.kind === 'bridge') return { index, bridge: link };
    throw new UnsupportedError({
      ...attempt,
      detail: `${link} is no bridge`,
      hint: 'leave self out for a port',
    });
  }
  if (master !== undefined && info?.portKind === 'bridge') {
    const bridge = await session.nameOf(master, options);
    if (bridge !== undefined) return { index, bridge: bridge as InterfaceName };
    throw new PlatformError({ ...attempt, detail: 'it left its bridge meanwhile' });
  }
  throw new UnsupportedError({
    ...attempt,
    detail: `${link} is no port of a bridge`,
    hint: info?.kind === 'bridge' ? 'say self for the VLANs of the bridge itself' : 'give it a master first',
  });
}
