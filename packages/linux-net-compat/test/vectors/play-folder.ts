import { playVector } from './play-vector.js';
import type { Vector } from './vector.js';
import { readVectorFolder } from './vector-files.js';

/**
 * Plays every vector of a directory. Each difference is a line with file, vector and what differs.
 *
 * @throws VectorFileError
 */
export async function playFolder(
  folder: string,
  print: (line: string) => void,
): Promise<{ passed: number; failed: number }> {
  const { files, defaults } = await readVectorFolder(folder);
  let passed = 0;
  let failed = 0;
  for (const { name, vectors } of files) {
    for (const vector of vectors) {
      const differences = await played(vector, defaults);
      for (const difference of differences) print(`${name}: ${vector.name}: ${difference}`);
      if (differences.length === 0) passed += 1;
      else failed += 1;
    }
  }
  return { passed, failed };
}

async function played(vector: Vector, defaults: Record<string, unknown>): Promise<string[]> {
  try {
    return await playVector(vector, defaults);
  } catch (error) {
    return [`it cannot be played: ${error instanceof Error ? error.message : error}`];
  }
}
