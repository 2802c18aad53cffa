import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { deadLinks, readSite } from '../docs/dead-links.mjs';
import { serveFolder } from '../docs/serve-folder.mjs';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'netdev-site-'));
  mkdirSync(join(folder, 'guides'));
  writeFileSync(join(folder, 'picture.svg'), '<svg/>');
});
afterEach(() => rmSync(folder, { recursive: true }));

const page = (name: string, html: string): void => writeFileSync(join(folder, name), html);

test('links that lead to a file, to a place in it, and to other sites are alive', () => {
  page('index.html', '<h1 id="top">x</h1><a href="guides/one.html#second part">1</a><a href="#top">2</a>');
  page('guides/index.html', '<a href="../">x</a>');
  page(
    'guides/one.html',
    '<a href="../index.html">x</a><h2 id="second part">y</h2><img src="../picture.svg"><a href="https://example.org/">z</a>',
  );
  expect(deadLinks(readSite(folder))).toEqual([]);
});

test('links to what is not there are told, with the page that they are on; what a script says is no link', () => {
  page('index.html', '<script>"<a href=\'gone.html\'>"</script><a class="x" href="guides/two.html">1</a>');
  page(
    'guides/one.html',
    '<a href="../index.html#bottom">x</a><img src="none.svg"><a href="../guides">y</a>',
  );
  expect(deadLinks(readSite(folder))).toEqual([
    'guides/one.html: ../index.html#bottom has no such place',
    'guides/one.html: none.svg is not there',
    'guides/one.html: ../guides is not there',
    'index.html: guides/two.html is not there',
  ]);
});

test('a folder is served, and nothing outside of it', async () => {
  page('index.html', 'hello');
  const { address, close } = await serveFolder(join(folder, 'guides'));
  try {
    page('guides/one.html', 'one');
    const answer = await fetch(`${address}/one.html`);
    expect([answer.headers.get('content-type'), await answer.text()]).toEqual([
      'text/html; charset=utf-8',
      'one',
    ]);
    for (const path of ['/two.html', '/..%2findex.html', '/%2e%2e/index.html'])
      expect((await fetch(`${address}${path}`)).status, path).toBe(404);
  } finally {
    await close();
  }
});
