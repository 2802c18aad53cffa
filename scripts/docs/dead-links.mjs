import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** @param {string} folder @returns {string[]} */
function pagesOf(folder) {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.html'))
    .sort();
}

/**
 * What a page leads to, and the places in it that can be led to.
 * @param {string} html
 * @returns {{ targets: string[], places: Set<string> }}
 */
function readPage(html) {
  const text = html.replace(/<(script|style)\b[^>]*>[\s\S]*?<\/\1>/g, '');
  const values = (/** @type {RegExp} */ pattern) =>
    [...text.matchAll(pattern)].map(([, value = '']) => value.replaceAll('&amp;', '&'));
  return {
    targets: values(/<(?:a|img|link|source)\b[^>]*?\s(?:href|src)="([^"]*)"/g),
    places: new Set(values(/\s(?:id|name)="([^"]*)"/g)),
  };
}

/** @param {string} target */
function isElsewhere(target) {
  return /^(?:[a-z][a-z0-9+.-]*:|\/\/)/i.test(target);
}

/**
 * What a server gives for a path: of a folder its first page.
 * @param {string} folder
 * @param {string} path
 */
function fileOf(folder, path) {
  const index = join(path, 'index.html');
  return relative(folder, existsSync(index) ? index : path);
}

/**
 * All pages of a site, and what is wrong with a link of one of them; links to other sites are not followed.
 * @param {string} folder
 */
export function readSite(folder) {
  const known = new Map(
    pagesOf(folder).map((page) => [page, readPage(readFileSync(join(folder, page), 'utf8'))]),
  );
  return {
    known,
    /** @param {string} page @param {string} target @returns {string | undefined} */
    problemOf(page, target) {
      if (isElsewhere(target)) return undefined;
      const [path = '', place = ''] = target.split('#');
      const file = path === '' ? page : fileOf(folder, join(folder, dirname(page), decodeURI(path)));
      if (!existsSync(join(folder, file)) || statSync(join(folder, file)).isDirectory())
        return 'is not there';
      const led = known.get(file);
      if (place === '' || led === undefined || led.places.has(decodeURIComponent(place))) return undefined;
      return 'has no such place';
    },
  };
}

/**
 * Links within a site that lead to no file, or to no place in it.
 * @param {ReturnType<typeof readSite>} site
 * @returns {string[]} one line each
 */
export function deadLinks({ known, problemOf }) {
  return [...known].flatMap(([page, { targets }]) =>
    [...new Set(targets)].flatMap((target) => {
      const problem = problemOf(page, target);
      return problem === undefined ? [] : [`${page}: ${target} ${problem}`];
    }),
  );
}
