import { randomBytes } from 'node:crypto';
import { InvalidArgumentError } from 'netdev-core';
import type { HostFiles } from 'netdev-exec';
import type { ServerPaths } from '../config/paths.js';
import { parseState, statePath } from '../events/journal-files.js';
import { endOfJournal, JournalReader } from '../events/journal-reader.js';
import { type JournalPosition, parsePosition, renderPosition } from '../events/position.js';
import { LeaseTable } from './lease-table.js';

/**
 * Where the leases of a server are kept:
 *
 * - `file`: in a file of dnsmasq's own, which it writes anew now and then;
 * - `journal`: in the journal of events, and in a file that this package brings up to it from time to time. dnsmasq asks
 *   for them at its start (dnsmasq(8), leasefile-ro) and writes none.
 */
export type LeaseStore = 'file' | 'journal';

/** @throws InvalidArgumentError */
export function parseLeaseStore(value: unknown): LeaseStore {
  if (value === 'file' || value === 'journal') return value;
  throw new InvalidArgumentError('leaseStore', value, 'file or journal');
}

/**
 * The file of a store begins with the position in the journal up to which it has everything; the rest is in the form of
 * dnsmasq's lease file. One file, so that the two always belong together.
 */
interface Stored {
  position: JournalPosition | undefined;
  text: string;
}

/** The leases of a server in the form of dnsmasq's lease file, wherever they are kept. */
export async function leaseText(files: HostFiles, paths: ServerPaths): Promise<string> {
  return (await foldedStore(files, paths))?.text ?? (await files.read(paths.leases)) ?? '';
}

/** Replaces the leases of a server that does not run. */
export async function replaceLeases(
  files: HostFiles,
  paths: ServerPaths,
  change: (text: string) => string,
): Promise<void> {
  const stored = await foldedStore(files, paths);
  if (stored !== undefined) return writeStore(files, paths, { ...stored, text: change(stored.text) });
  const text = await files.read(paths.leases);
  if (text !== undefined) await files.write(paths.leases, change(text));
}

/** Puts the leases of a server that does not run where it is to find them. */
export async function settleLeases(files: HostFiles, paths: ServerPaths, store: LeaseStore): Promise<void> {
  const stored = await foldedStore(files, paths);
  if (store === 'file') {
    if (stored === undefined) return;
    await files.write(paths.leases, stored.text);
    await files.remove(paths.leaseStore);
    return;
  }
  await writeStore(
    files,
    paths,
    stored ?? {
      position: await endOfJournal(files, paths),
      text: new LeaseTable((await files.read(paths.leases)) ?? '', newServerDuid).text,
    },
  );
  await files.remove(paths.leases);
}

/** Whether the journal has begun another segment since a store was brought up to it. */
export async function lagsBehind(files: HostFiles, paths: ServerPaths): Promise<boolean> {
  const stored = parseStore(await files.read(paths.leaseStore));
  const current = parseState(await files.read(statePath(paths)));
  if (stored === undefined || current === undefined) return false;
  return stored.position?.epoch !== current.epoch || stored.position.segment !== current.segment;
}

/**
 * Brings a store that lags behind up to the journal: older segments are kept until their events are in it. To be called
 * by one at a time.
 */
export async function checkpointLeases(files: HostFiles, paths: ServerPaths): Promise<void> {
  if (!(await lagsBehind(files, paths))) return;
  const folded = await foldedStore(files, paths);
  if (folded !== undefined) await writeStore(files, paths, folded);
}

/** A store with all that the journal has behind it; `undefined` where there is none. */
async function foldedStore(files: HostFiles, paths: ServerPaths): Promise<Stored | undefined> {
  for (;;) {
    const version = await files.version(paths.leaseStore);
    const stored = parseStore(await files.read(paths.leaseStore));
    if (stored === undefined) return undefined;
    const table = new LeaseTable(stored.text, newServerDuid);
    const reader = new JournalReader(files, paths, stored.position);
    for (const record of await reader.news()) table.apply(record);
    // Segments whose events are in a newer store may have gone meanwhile.
    if ((await files.version(paths.leaseStore)) !== version) continue;
    return { position: reader.position, text: table.text };
  }
}

function parseStore(text: string | undefined): Stored | undefined {
  if (text === undefined) return undefined;
  const end = text.indexOf('\n');
  const first = text.slice(0, end);
  const isPosition = /^[0-9a-f]{8}\.[1-9]\d{7}\.\d{1,12}$/.test(first);
  return { position: isPosition ? parsePosition(first) : undefined, text: text.slice(end + 1) };
}

async function writeStore(files: HostFiles, paths: ServerPaths, { position, text }: Stored): Promise<void> {
  const first = position === undefined ? '-' : renderPosition(position);
  await files.write(paths.leaseStore, `${first}\n${text}`);
}

/** A DUID of a random UUID (RFC 6355). */
function newServerDuid(): string {
  const uuid = randomBytes(16);
  uuid[6] = ((uuid[6] ?? 0) & 0x0f) | 0x40;
  uuid[8] = ((uuid[8] ?? 0) & 0x3f) | 0x80;
  return Buffer.concat([Buffer.from([0, 4]), uuid])
    .toString('hex')
    .replace(/..(?!$)/g, '$&:');
}
