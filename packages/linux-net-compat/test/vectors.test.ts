import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { playVector } from './vectors/play-vector.js';
import { readVectorFolder } from './vectors/vector-files.js';

const { files, defaults } = await readVectorFolder(fileURLToPath(new URL('data', import.meta.url)));

describe.each(files)('$name', ({ vectors }) => {
  it.each(vectors)('$name', async (vector) => {
    expect(await playVector(vector, defaults)).toEqual([]);
  });
});
