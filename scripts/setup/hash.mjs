import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/**
 * Every file below a folder, sorted, without the folders of the given names.
 * @param {string} folder
 * @param {readonly string[]} [skip]
 * @returns {string[]}
 */
export function filesBelow(folder, skip = []) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return skip.includes(entry.name) ? [] : filesBelow(path, skip);
      return entry.isFile() ? [path] : [];
    });
}

/**
 * One hash over names and contents of files, and over further strings.
 * @param {string} base the folder that names are relative to, so that a moved checkout has the same hash
 * @param {readonly string[]} files
 * @param {readonly string[]} [more]
 */
export function hashOf(base, files, more = []) {
  const hash = createHash('sha256');
  for (const file of files) {
    const content = existsSync(file) ? readFileSync(file) : Buffer.alloc(0);
    hash.update(`${relative(base, file)}\0${content.length}\0`).update(content);
  }
  for (const text of more) hash.update(`\0${text}`);
  return hash.digest('hex');
}
