import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Vector } from './vector.js';

/** A directory or a file that holds no vectors; the message is for the person who named it. */
export class VectorFileError extends Error {}

/** The options that lie under those of every vector of a directory; they are not vectors themselves. */
const DEFAULTS = 'defaults.json';

/** What a directory of vector files holds. */
export interface VectorFolder {
  defaults: Record<string, unknown>;
  files: { name: string; vectors: Vector[] }[];
}

/** Reads every vector file of a directory, in the order of their names. @throws VectorFileError */
export async function readVectorFolder(folder: string): Promise<VectorFolder> {
  const entries = await readdir(folder).catch((error: Error) => {
    throw new VectorFileError(`${folder}: the directory cannot be read (${error.message})`);
  });
  const names = entries.filter((name) => name.endsWith('.json') && name !== DEFAULTS).sort();
  if (names.length === 0) throw new VectorFileError(`${folder}: there is no vector file (*.json) in it`);
  return {
    defaults: entries.includes(DEFAULTS) ? await readDefaults(join(folder, DEFAULTS)) : {},
    files: await Promise.all(
      names.map(async (name) => ({ name, vectors: await readVectorFile(join(folder, name)) })),
    ),
  };
}

async function readVectorFile(path: string): Promise<Vector[]> {
  const content = await readJson(path);
  if (!Array.isArray(content)) throw new VectorFileError(`${path}: it is no vector file: it holds no array`);
  for (const [index, entry] of content.entries()) {
    const lack = lackOf(entry);
    if (lack !== undefined)
      throw new VectorFileError(`${path}: it is no vector file: entry ${index + 1} has no ${lack}`);
  }
  return content;
}

async function readDefaults(path: string): Promise<Record<string, unknown>> {
  const content = await readJson(path);
  if (isObject(content)) return content;
  throw new VectorFileError(`${path}: it holds no object of options`);
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new VectorFileError(`${path}: it cannot be read as JSON (${(error as Error).message})`);
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What a vector must have, and how to tell. */
const required = {
  name: (value) => typeof value === 'string',
  conf: isObject,
  binary_name: (value) => typeof value === 'string',
  host: isObject,
  calls: Array.isArray,
  commands: Array.isArray,
  writes: isObject,
  rules: isObject,
} satisfies Partial<Record<keyof Vector, (value: unknown) => boolean>>;

function lackOf(entry: unknown): string | undefined {
  if (!isObject(entry)) return 'fields';
  return Object.entries(required).find(([field, fits]) => !fits(entry[field]))?.[0];
}
