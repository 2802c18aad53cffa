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

// The host of these prints the same each time, so the original did the same each time.
const gateways = files.find(({ name }) => name === 'public-gateway.json')?.vectors ?? [];
const repeated = gateways.filter(({ host }) => host.replies?.every(({ times }) => times === undefined));

it('what was recorded once is played twice over', async () => {
  expect(repeated.length).toBeGreaterThan(50);
  for (const vector of repeated) {
    const [calls, commands] = [[...vector.calls], [...vector.commands]];
    const twice = { ...vector, calls: [...calls, ...calls], commands: [...commands, ...commands] };
    expect(await playVector(twice, defaults), vector.name).toEqual([]);
  }
});
