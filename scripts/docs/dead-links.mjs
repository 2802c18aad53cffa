import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** @param {string} folder @returns {string[]} */
export function pagesOf(folder) {
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
 * Links within a site that lead to no file, or to no place in it; those to other sites are not followed.
 * @param {string} folder
 * @returns {string[]} one line each
 */
export function deadLinks(folder) {
  const pages = pagesOf(folder);
  const known = new Map(pages.map((page) => [page, readPage(readFileSync(join(folder, page), 'utf8'))]));
  return pages.flatMap((page) =>
    [...new Set(known.get(page)?.targets)]
      .filter((target) => !isElsewhere(target))
      .flatMap((target) => {
        const [path = '', place = ''] = target.split('#');
        const file = path === '' ? page : fileOf(folder, join(folder, dirname(page), decodeURI(path)));
        if (!existsSync(join(folder, file)) || statSync(join(folder, file)).isDirectory())
          return [`${page}: ${target} is not there`];
        const led = known.get(file);
        if (place === '' || led === undefined || led.places.has(decodeURIComponent(place))) return [];
        return [`${page}: ${target} has no such place`];
      }),
  );
}
