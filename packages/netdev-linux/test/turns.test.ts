import { expect, it } from 'vitest';
import { takeTurns } from '../src/driver/turns.js';

it('goes on within a turn, and waits for the next when one has taken long enough', async () => {
  let now = 0;
  const turns = takeTurns(() => now);
  now = 1.9;
  expect(turns.isOver).toBe(false);
  now = 2.1;
  let others = false;
  setImmediate(() => {
    others = true;
  });
  expect(turns.isOver).toBe(true);
  await turns.next();
  expect(others).toBe(true);
  now = 4;
  expect(turns.isOver).toBe(false);
});
