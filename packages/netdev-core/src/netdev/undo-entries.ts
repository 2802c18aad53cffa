import { withoutAbsent } from '../without-absent.js';
import type { NetDevDriver } from './driver.js';
import type { ForwardingEntry, ForwardingEntrySpec } from './forwarding-entry.js';
import { specOfRoutingRule } from './parse-routing-rule.js';
import type { RoutingRule } from './routing-rule.js';

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
  const read = async (): Promise<ForwardingEntry[]> =>
    (await driver.listForwardingEntries()).filter(({ origin }) => origin === 'static');
  const before = await read();
  if (!(await change())) return nothing;
  return async () => {
    const now = await read();
    for (const entry of missing(now, before)) await driver.deleteForwardingEntry(specOfEntry(entry));
    for (const entry of missing(before, now)) await driver.ensureForwardingEntry(specOfEntry(entry));
  };
}

/** Changes the rules of the routing policy; taken back, those of before are there at their priorities, and no other. */
export async function restoringRoutingRules(
  driver: NetDevDriver,
  change: () => Promise<boolean>,
): Promise<Undo> {
  // No change was of a special one.
  const read = async (): Promise<RoutingRule[]> =>
    (await driver.listRoutingRules()).filter(({ special }) => special === undefined);
  const before = await read();
  if (!(await change())) return nothing;
  return async () => {
    const now = await read();
    for (const rule of missing(now, before)) await driver.deleteRoutingRule(specOfRoutingRule(rule));
    for (const rule of missing(before, now)) await driver.ensureRoutingRule(specOfRoutingRule(rule));
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
