import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { openBrowser } from './browser.mjs';
import { serveFolder } from './serve-folder.mjs';
import { openTab } from './tab.mjs';

/** @typedef {import('./tab.mjs').View} View */
/** @typedef {{ page: string, views: readonly View[], menu: boolean }} Visit `menu`: with its menu and its search */

/** @type {View} */
export const narrow = { width: 390, height: 844, scheme: 'light' };

/** @type {readonly View[]} */
export const allViews = [
  { width: 1280, height: 900, scheme: 'light' },
  { width: 1280, height: 900, scheme: 'dark' },
  narrow,
  { ...narrow, scheme: 'dark' },
];

/**
 * What TypeDoc's script makes a menu and a search of: the same on each page, and more work for a browser than all the rest of it.
 */
const menuFiles = ['/assets/navigation.js', '/assets/search.js'];

/** In the page: settles when it has made its menu, until when it hides all that it shows. */
const menuShown = `new Promise((done) => {
  const look = () =>
    document.body.style.display !== 'none' && document.querySelector('#tsd-nav-container a') !== null
      ? done() : setTimeout(look, 5);
  look();
})`;

/** In a page without a menu: what it would do half a second later. */
const showWithoutMenu = 'app.showPage()';

/** In the page: what sticks out to the right, by its tag and class; nothing may, or the whole page scrolls. */
const sticksOut = `document.documentElement.scrollWidth > innerWidth
  ? [...document.querySelectorAll('body *')].filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
      .slice(0, 3).map((one) => one.tagName.toLowerCase() + '.' + one.className).join(', ')
  : ''`;

/** In the page: where it leads to, the menu that a script has made included. */
const links = '[...new Set([...document.links].map((link) => link.getAttribute("href")))]';

/**
 * Opens pages of a site in a browser, in as many tabs as there are processors.
 * @param {string} folder
 * @param {readonly Visit[]} visits
 * @param {(page: string, target: string) => string | undefined} problemOf what is wrong with a link of a page
 * @param {{ pictures?: string | undefined }} [options] a folder for a picture of each
 * @returns {Promise<string[]>} what is wrong, one line each
 */
export async function visitPages(folder, visits, problemOf, { pictures } = {}) {
  if (pictures !== undefined) mkdirSync(pictures, { recursive: true });
  const whole = await serveFolder(folder);
  const withoutMenu = await serveFolder(folder, { blank: menuFiles });
  const browser = openBrowser();
  /** @type {string[]} */
  const wrong = [];
  const left = [...visits];
  const work = async () => {
    let where = '';
    const tab = await openTab(browser, (text) => wrong.push(`${where}: ${text}`));
    /** @type {View | undefined} */
    let shown;
    for (let visit = left.shift(); visit !== undefined; visit = left.shift()) {
      const { page, views, menu } = visit;
      where = page;
      if (!(await tab.go(`${(menu ? whole : withoutMenu).address}/${page}`))) continue;
      await tab.evaluate(menu ? menuShown : showWithoutMenu);
      for (const target of await tab.evaluate(links)) {
        const problem = problemOf(page, target);
        if (problem !== undefined) wrong.push(`${page}: ${target} ${problem}`);
      }
      for (const view of views) {
        where = `${page} (${view.scheme}, ${view.width} wide)`;
        if (view !== shown) await tab.show(view);
        shown = view;
        const out = await tab.evaluate(sticksOut);
        if (out !== '') wrong.push(`${where}: sticks out: ${out}`);
        if (pictures === undefined) continue;
        const name = `${page.replaceAll('/', '_').replace(/\.html$/, '')}-${view.width}-${view.scheme}.png`;
        writeFileSync(join(pictures, name), await tab.picture(view));
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: availableParallelism() }, work));
  } finally {
    await browser.close();
    await whole.close();
    await withoutMenu.close();
  }
  return wrong;
}
