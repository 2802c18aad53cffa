import { withoutAbsent } from '../without-absent.js';
import type { BridgeVlan, BridgeVlanRange } from './bridge-vlan.js';
import type { NetDevDriver } from './driver.js';
import type { ForwardingEntry, ForwardingEntrySpec } from './forwarding-entry.js';
import { specOfRoutingRule } from './parse-routing-rule.js';
import { eachVlan, vlanRanges } from './vlan-ranges.js';

/** Takes back one operation. */
export type Undo = () => Promise<unknown>;

export const nothing: Undo = async () => {};

/** Changes a neighbour; taken back, one that was set before is set again, and another is forgotten. */
export async function restoringNeighbour(
  driver: NetDevDriver,
  { link, address }: { link: string; address: string },
  change: () => Promise<boolean>,
): Promise<Undo> {
  const before = (await driver.listNeighbours({ link })).find((one) => one.address === address);
  if (!(await change())) return nothing;
  const { mac, state } = before ?? {};
  return mac !== undefined && state === 'permanent'
    ? () => driver.ensureNeighbour({ link, address, mac })
    : () => driver.deleteNeighbour(link, address);
}

/** Changes forwarding databases; taken back, those that were set are as before. What was learned is learned again. */
export async function restoringForwardingEntries(
  driver: NetDevDriver,
  change: () => Promise<boolean>,
): Promise<Undo> {
  return restoringList(change, {
    read: async () => (await driver.listForwardingEntries()).filter(({ origin }) => origin === 'static'),
    remove: (entry) => driver.deleteForwardingEntry(specOfEntry(entry)),
    add: (entry) => driver.ensureForwardingEntry(specOfEntry(entry)),
  });
}

/** Changes the rules of the routing policy; taken back, those of before are there at their priorities, and no other. */
export async function restoringRoutingRules(
  driver: NetDevDriver,
  change: () => Promise<boolean>,
): Promise<Undo> {
  return restoringList(change, {
    // No change was of a special one.
    read: async () => (await driver.listRoutingRules()).filter(({ special }) => special === undefined),
    remove: (rule) => driver.deleteRoutingRule(specOfRoutingRule(rule)),
    add: (rule) => driver.ensureRoutingRule(specOfRoutingRule(rule)),
  });
}

/** Changes the VLANs of a link; taken back, it is in those of before, and treats them as before. */
export async function restoringBridgeVlans(
  driver: NetDevDriver,
  { link, self }: Pick<BridgeVlanRange, 'link' | 'self'>,
  change: () => Promise<boolean>,
): Promise<Undo> {
  const read = async () => eachVlan(await driver.listBridgeVlans({ link }));
  const rangeOf = ({ vlanId, lastVlanId }: BridgeVlan) =>
    withoutAbsent<BridgeVlanRange>({ link, self, vlanId, lastVlanId });
  const before = await read();
  if (!(await change())) return nothing;
  return async () => {
    const now = await read();
    const ids = new Set(before.map(({ vlanId }) => vlanId));
    // Not by ranges, or a VLAN that stays would be left for a moment.
    for (const range of vlanRanges(now.filter(({ vlanId }) => !ids.has(vlanId))))
      await driver.deleteBridgeVlan(rangeOf(range));
    for (const range of vlanRanges(missing(before, now))) {
      const { pvid, untagged } = range;
      await driver.ensureBridgeVlan({ ...rangeOf(range), pvid, untagged });
    }
  };
}

/** How the entries of one list are read and changed. */
interface ListAccess<Entry> {
  read(): Promise<Entry[]>;
  remove(entry: Entry): Promise<unknown>;
  add(entry: Entry): Promise<unknown>;
}

async function restoringList<Entry extends object>(
  change: () => Promise<boolean>,
  { read, remove, add }: ListAccess<Entry>,
): Promise<Undo> {
  const before = await read();
  if (!(await change())) return nothing;
  return async () => {
    const now = await read();
    for (const entry of missing(now, before)) await remove(entry);
    for (const entry of missing(before, now)) await add(entry);
  };
}

function specOfEntry({ link, mac, vlanId, remote, port, vni }: ForwardingEntry): ForwardingEntrySpec {
  return withoutAbsent<ForwardingEntrySpec>({ link, mac, vlanId, remote, port, vni });
}

/** What is in one list and not in the other. */
export function missing<T extends object>(from: readonly T[], other: readonly T[]): T[] {
  const present = new Set(other.map(identity));
  return from.filter((entry) => !present.has(identity(entry)));
}

/** Equal for two readings of the same thing; what runs down or settles by itself is left out. */
function identity(entry: object): string {
  const passing = ['validLifetime', 'preferredLifetime', 'tentative', 'secondary'];
  return JSON.stringify(
    Object.entries(entry)
      .filter(([field]) => !passing.includes(field))
      .sort(),
  );
}
