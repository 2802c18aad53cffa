import { readFileSync } from 'node:fs';
import { type NetlinkMessage, splitMessages } from '../src/netlink/index.js';

interface Recording {
  request?: string;
  datagrams: string[];
  iproute2?: unknown[];
}

const file = JSON.parse(readFileSync(new URL('recorded/rtnetlink.json', import.meta.url), 'utf8')) as {
  recordings: Record<string, Recording>;
};

export const recordedNames = Object.keys(file.recordings);

/** What was recorded under a name by record-messages.py. */
export function recorded(name: string) {
  const recording = file.recordings[name];
  if (recording === undefined) throw new Error(`nothing was recorded as ${name}`);
  const datagrams = recording.datagrams.map(bytesOfHex);
  return {
    request: bytesOfHex(recording.request ?? ''),
    datagrams,
    messages: datagrams.flatMap((datagram): NetlinkMessage[] => splitMessages(datagram)),
  };
}

/** How iproute2 read the same thing at the time of recording. */
export function readByIproute2<T>(name: string): T[] {
  return file.recordings[name]?.iproute2 as T[];
}

/** A plain array, as the socket gives: a Buffer's slice would be no copy. */
export function bytesOfHex(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, 'hex'));
}

export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** A hardware address as iproute2 writes it. */
export function colons(bytes: Uint8Array): string {
  return (hexOf(bytes).match(/../g) ?? []).join(':');
}
