import type { Random } from './generator.js';

/** Lengths that go wrong easily, as two or four bytes. */
const LENGTHS = [
  [0, 0],
  [1, 0],
  [3, 0],
  [4, 0],
  [5, 0],
  [255, 255],
  [255, 255, 255, 127],
  [255, 255, 255, 255],
];

/** A damaged copy: bytes and bits changed, lengths that lie, pieces moved, cut off, put in twice. Never empty. */
export function mutate(original: Uint8Array, random: Random): Uint8Array {
  let bytes: Uint8Array = original.slice();
  const spot = () => random(bytes.length);
  for (let changes = 1 + random(4); changes > 0; changes--) {
    switch (random(8)) {
      case 0:
        bytes[spot()] = random(256);
        break;
      case 1:
        flipBit(bytes, spot(), random(8));
        break;
      case 2: // A length or a type: they lie at multiples of four.
        bytes.set(
          LENGTHS[random(LENGTHS.length)] ?? [],
          Math.max(0, Math.min(spot() & ~3, bytes.length - 4)),
        );
        break;
      case 3:
        bytes.copyWithin(spot(), spot(), spot());
        break;
      case 4:
        bytes.fill(random(2) * 255, spot(), spot());
        break;
      case 5: // A length that is a little off.
        addTo(bytes, spot() & ~3, random(9) - 4);
        break;
      case 6: // Something twice, and the rest behind it.
        bytes = withTwice(bytes, spot() & ~3, 4 + (random(64) & ~3));
        break;
      default:
        return bytes.slice(0, 1 + spot());
    }
  }
  return bytes;
}

function flipBit(bytes: Uint8Array, index: number, bit: number): void {
  bytes[index] = (bytes[index] ?? 0) ^ (1 << bit);
}

function addTo(bytes: Uint8Array, index: number, change: number): void {
  bytes[index] = (bytes[index] ?? 0) + change;
}

function withTwice(bytes: Uint8Array, start: number, length: number): Uint8Array {
  const piece = bytes.subarray(start, start + length);
  const longer = new Uint8Array(bytes.length + piece.length);
  longer.set(bytes.subarray(0, start + piece.length));
  longer.set(piece, start + piece.length);
  longer.set(bytes.subarray(start + piece.length), start + 2 * piece.length);
  return longer;
}
