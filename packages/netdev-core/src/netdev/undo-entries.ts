import { withoutAbsent } from '../without-absent.js';
import type { NetDevDriver } from './driver.js';
import type { ForwardingEntry, ForwardingEntrySpec } from './forwarding-entry.js';

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
