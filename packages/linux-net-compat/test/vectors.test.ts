import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { playVector } from './vectors/play-vector.js';
import type { Vector } from './vectors/vector.js';
import { readVectorFolder } from './vectors/vector-files.js';

const { files, defaults } = await readVectorFolder(fileURLToPath(new URL('data', import.meta.url)));

/** What the package has no function for yet. */
const missing = /^set_vf/;

const isWhole = ({ calls }: Vector): boolean => calls.every(({ fn }) => !missing.test(fn));

const whole = files.map(({ name, vectors }) => ({ name, vectors: vectors.filter(isWhole) }));

describe.each(whole.filter(({ vectors }) => vectors.length > 0))('$name', ({ vectors }) => {
  it.each(vectors)('$name', async (vector) => {
    expect(await playVector(vector, defaults)).toEqual([]);
  });
});

it('waits for the functions that are missing', async () => {
  for (const vector of files.flatMap(({ vectors }) => vectors).filter((entry) => !isWhole(entry)))
    expect(await playVector(vector, defaults), vector.name).not.toEqual([]);
});
