import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { playVector } from './vectors/player.js';
import type { Vector } from './vectors/vector.js';

describe.each(['public-iptables.json', 'public-floating.json'])('%s', (file) => {
  it.each(readVectors(file).map((vector) => [vector.name, vector] as const))('%s', async (_, vector) => {
    expect(await playVector(vector)).toEqual([]);
  });
});

function readVectors(file: string): Vector[] {
  return JSON.parse(readFileSync(new URL(`./data/${file}`, import.meta.url), 'utf8')) as Vector[];
}
