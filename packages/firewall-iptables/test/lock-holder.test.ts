import { expect, it } from 'vitest';
import { holderIn } from '../src/tools/lock-holder.js';

const locks = [
  '1: POSIX  ADVISORY  WRITE 71 00:33:5 0 EOF',
  '2: FLOCK  ADVISORY  WRITE 8 00:34:5 0 EOF',
  '3: FLOCK  ADVISORY  WRITE 0 00:33:5 0 EOF',
  '4: FLOCK  ADVISORY  WRITE 4242 00:33:5 0 EOF',
  '4: -> FLOCK  ADVISORY  WRITE 9 00:33:5 0 EOF',
  '5: FLOCK  ADVISORY  READ 77 103:12345:900 0 EOF',
  '',
].join('\n');

it('the holder of a lock is found by the device and the inode of its file', () => {
  expect(holderIn(locks, { dev: 0x33, ino: 5 })).toBe(4242);
  expect(holderIn(locks, { dev: 0x33, ino: 6 })).toBeUndefined();
  // makedev(0x103, 0x12345): the minor number is cut in two.
  expect(holderIn(locks, { dev: 0x12310345, ino: 900 })).toBe(77);
  expect(holderIn('', { dev: 0x33, ino: 5 })).toBeUndefined();
});
