import type { Vector } from '../vector.js';
import type { Path } from './leaves.js';

/** What kind of value is at a place: of which field, function or program, and which word of it. */
export function kindOf(vector: Vector, [field, place, part, word]: Path): string {
  if (field === 'commands') {
    const tool = vector.commands[Number(place)]?.argv[0];
    return ['command', tool, part, part === 'argv' ? word : ''].join(' ');
  }
  if (field === 'calls') return `call ${vector.calls[Number(place)]?.fn} ${part}`;
  return String(field);
}

/** So many entries of a list at most, spread evenly over it. */
export function spread<Entry>(entries: readonly Entry[], count: number): Entry[] {
  const step = Math.max(1, entries.length / count);
  return Array.from({ length: Math.min(count, entries.length) }, (_, index) => index * step).flatMap(
    (place) => entries[Math.floor(place)] ?? [],
  );
}
