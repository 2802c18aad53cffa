import { InvalidArgumentError } from 'netdev-core';
import type { JournalState } from './journal-files.js';

/** A place between two events of a journal: behind so many bytes of a segment. */
export interface JournalPosition extends JournalState {
  offset: number;
}

export function renderPosition({ epoch, segment, offset }: JournalPosition): string {
  return `${epoch}.${segment}.${offset}`;
}

/** @throws InvalidArgumentError naming `after` */
export function parsePosition(text: string): JournalPosition {
  const [, epoch = '', segment, offset] = /^([0-9a-f]{8})\.([1-9]\d{7})\.(\d{1,12})$/.exec(text) ?? [];
  if (segment !== undefined) return { epoch, segment: Number(segment), offset: Number(offset) };
  throw new InvalidArgumentError('after', text, 'the position of an event of dhcp-dnsmasq');
}
