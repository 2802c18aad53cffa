import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { withFailure } from './vectors/mutations/failing-step.js';
import { playVector } from './vectors/play-vector.js';
import { readVectorFolder } from './vectors/vector-files.js';

const { files, defaults } = await readVectorFolder(fileURLToPath(new URL('data', import.meta.url)));
const ofDevices = files.filter(({ name }) => /devices|drivers|floating|gateway/.test(name));

/** What depends on calls that do not come to their end. */
const later = /^(rules of|ip6?tables-|pause|file) /;

describe('a command that fails leaves what the original would have left, with the faults kept', () => {
  it.each(ofDevices)('$name', { timeout: 30_000 }, async ({ vectors }) => {
    const different: string[] = [];
    let played = 0;
    for (const vector of vectors) {
      for (const [place, { argv }] of vector.commands.entries()) {
        const failed = withFailure(vector, place);
        if (failed === undefined) continue;
        played += 1;
        const differences = (await playVector(failed, defaults)).filter((text) => !later.test(text));
        different.push(...differences.map((text) => `${vector.name}: ${argv.join(' ')}: ${text}`));
      }
    }
    expect(different).toEqual([]);
    expect(played).toBeGreaterThan(5);
  });
});
