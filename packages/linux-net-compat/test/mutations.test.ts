import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { exceptionOf } from './vectors/mutations/exceptions.js';
import { kindOf, spread } from './vectors/mutations/kinds.js';
import { leavesOf, otherValues, type Path, valueAt, withValue } from './vectors/mutations/leaves.js';
import { playVector } from './vectors/play-vector.js';
import type { Vector } from './vectors/vector.js';
import { readVectorFolder } from './vectors/vector-files.js';

const { files, defaults } = await readVectorFolder(fileURLToPath(new URL('data', import.meta.url)));

/** How many values of each kind are tried in each file: as many as a test may take time for. */
const EACH = 8;

interface Place {
  vector: Vector;
  path: Path;
}

/** The places of a file by kind, without those that the player leaves out. */
function placesOf(vectors: readonly Vector[]): Map<string, Place[]> {
  const byKind = new Map<string, Place[]>();
  for (const vector of vectors) {
    for (const path of leavesOf(vector)) {
      if (exceptionOf(vector, path) !== undefined) continue;
      const kind = kindOf(vector, path);
      byKind.set(kind, [...(byKind.get(kind) ?? []), { vector, path }]);
    }
  }
  return byKind;
}

/** The values in place of a recorded one that the player did not notice. */
async function unnoticed({ vector, path }: Place): Promise<string[]> {
  const missed: string[] = [];
  for (const value of otherValues(valueAt(vector, path))) {
    if ((await playVector(withValue(vector, path, value), defaults)).length === 0)
      missed.push(`${vector.name}: ${path.join('.')}: ${valueAt(vector, path)} may be ${value}`);
  }
  return missed;
}

describe('the player notices another value in place of any recorded one', () => {
  it.each(files)('$name', { timeout: 60_000 }, async ({ vectors }) => {
    const missed: string[] = [];
    for (const places of placesOf(vectors).values())
      for (const place of spread(places, EACH)) missed.push(...(await unnoticed(place)));
    expect(missed).toEqual([]);
  });
});

it('every kind of value is among those tried', () => {
  const kinds = new Set(files.flatMap(({ vectors }) => [...placesOf(vectors).keys()]));
  const told = (start: string): boolean => [...kinds].some((kind) => kind.startsWith(start));
  const demanded = [
    ...['sleeps', 'chmods', 'writes', 'conf_after', 'devices_after', 'rules', 'fixed_ip_queries'],
    ...['call plug returns', 'call iptables_manager.apply raises'],
    ...['iptables-restore stdin', 'iptables-save attempts', 'ip argv', 'brctl argv', 'tunctl argv']
      .concat(['ebtables argv', 'ebtables run_as_root', 'conntrack check_exit_code', 'sysctl argv'])
      .map((kind) => `command ${kind}`),
  ];
  expect(demanded.filter((kind) => !told(kind))).toEqual([]);
});
