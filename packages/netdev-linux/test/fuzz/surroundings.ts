/** How much there is on each side: more than the longest number, and than the header of a message. */
const MARGIN = 64;

/**
 * Calls `read` with the same bytes between zeros and between ones. What is read past either end, or written
 * anywhere, differs between the two.
 *
 * @returns what was read
 * @throws Error when the surroundings made a difference, or something was written
 */
export function readBetween<T>(
  bytes: Uint8Array,
  read: (bytes: Uint8Array) => T,
  digest: (value: T) => number,
): T {
  const [first, second] = [0, 255].map((fill) => {
    const place = placeFor(bytes, fill);
    const value = read(place.subarray(MARGIN, MARGIN + bytes.length));
    if (!isUntouched(place, bytes, fill)) throw new Error('the codec wrote where it should read');
    return { value, digest: digest(value) };
  });
  if (first === undefined || second === undefined) throw new Error('unreachable');
  if (first.digest !== second.digest) throw new Error('what is read depends on what is around it');
  return first.value;
}

function placeFor(bytes: Uint8Array, fill: number): Uint8Array {
  const place = new Uint8Array(bytes.length + 2 * MARGIN).fill(fill);
  place.set(bytes, MARGIN);
  return place;
}

function isUntouched(place: Uint8Array, bytes: Uint8Array, fill: number): boolean {
  return Buffer.compare(place, placeFor(bytes, fill)) === 0;
}

/** A number over all that is in a value: equal values have equal ones, others hardly ever. */
export function digestOf(value: unknown, start = 17): number {
  let mixed = start;
  const mix = (part: number): void => {
    mixed = (Math.imul(mixed, 31) + part) | 0;
  };
  switch (typeof value) {
    case 'string':
      for (let index = 0; index < value.length; index++) mix(value.charCodeAt(index));
      return mixed;
    case 'number':
      mix(value | 0);
      mix(value / 0x1_0000_0000);
      return mixed;
    case 'bigint':
      mix(Number(BigInt.asIntN(32, value)));
      mix(Number(BigInt.asIntN(32, value >> 32n)));
      return mixed;
    case 'boolean':
      return Math.imul(mixed, 31) + (value ? 1 : 2);
    case 'object':
      break;
    default:
      return Math.imul(mixed, 31) + 3;
  }
  if (value instanceof Uint8Array) {
    mix(value.length);
    for (let index = 0; index < value.length; index++) mix(value[index] ?? 0);
    return mixed;
  }
  for (const name in value) mixed = digestOf((value as Record<string, unknown>)[name], digestOf(name, mixed));
  return mixed;
}
