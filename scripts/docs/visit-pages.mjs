import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openBrowser } from './browser.mjs';
import { serveFolder } from './serve-folder.mjs';

/** @typedef {{ width: number, height: number, scheme: 'light' | 'dark' }} View */

/** @type {readonly View[]} */
const views = [
  { width: 1280, height: 900, scheme: 'light' },
  { width: 1280, height: 900, scheme: 'dark' },
  { width: 390, height: 844, scheme: 'light' },
  { width: 390, height: 844, scheme: 'dark' },
];

/** Pixels of a long page that a picture shows. */
const MOST_OF_A_PAGE = 8000;

/**
 * What a browser complains of: errors that the page threw or logged, files that it did not get.
 * @param {import('./browser.mjs').BrowserEvent} event
 * @returns {string | undefined}
 */
function complaint({ method, params }) {
  if (method === 'Runtime.exceptionThrown')
    return params.exceptionDetails.exception?.description ?? params.exceptionDetails.text;
  if (method === 'Log.entryAdded' && params.entry.level === 'error')
    return `${params.entry.text} ${params.entry.url ?? ''}`;
  if (method === 'Runtime.consoleAPICalled' && ['error', 'assert'].includes(params.type))
    return params.args.map((/** @type {any} */ each) => each.value ?? each.description).join(' ');
  if (method === 'Network.loadingFailed' && params.canceled !== true) return params.errorText;
  return undefined;
}

/** In the page: what sticks out to the right, by its tag and class; nothing may, or the whole page scrolls. */
const sticksOut = `document.documentElement.scrollWidth > innerWidth
  ? [...document.querySelectorAll('body *')].filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
      .slice(0, 3).map((one) => one.tagName.toLowerCase() + '.' + one.className).join(', ')
  : ''`;

/**
 * Opens pages of a site in a browser, in each view.
 * @param {string} folder
 * @param {readonly string[]} pages
 * @param {{ pictures?: string | undefined }} [options] a folder for a picture of each
 * @returns {Promise<string[]>} what is wrong, one line each
 */
export async function visitPages(folder, pages, { pictures } = {}) {
  if (pictures !== undefined) mkdirSync(pictures, { recursive: true });
  const server = await serveFolder(folder);
  const browser = openBrowser();
  /** @type {string[]} */
  const wrong = [];
  try {
    const { targetId } = await browser.ask('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await browser.ask('Target.attachToTarget', { targetId, flatten: true });
    /** @param {string} method @param {object} [params] */
    const ask = (method, params) => browser.ask(method, params, sessionId);
    let where = '';
    let loaded = () => {};
    browser.listeners.add((event) => {
      const text = complaint(event);
      if (text !== undefined) wrong.push(`${where}: ${text}`);
      if (event.method === 'Page.loadEventFired') loaded();
    });
    for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await ask(`${domain}.enable`);
    for (const page of pages) {
      where = page;
      const arrived = new Promise((resolve) => {
        loaded = () => resolve(undefined);
      });
      const { errorText } = await ask('Page.navigate', { url: `${server.address}/${page}` });
      if (errorText !== undefined) {
        wrong.push(`${where}: ${errorText}`);
        continue;
      }
      await arrived;
      for (const { width, height, scheme } of views) {
        where = `${page} (${scheme}, ${width} wide)`;
        const size = { width, height, deviceScaleFactor: 1, mobile: false };
        await ask('Emulation.setDeviceMetricsOverride', size);
        const features = [{ name: 'prefers-color-scheme', value: scheme }];
        await ask('Emulation.setEmulatedMedia', { features });
        const { result } = await ask('Runtime.evaluate', { expression: sticksOut });
        if (result.value !== '') wrong.push(`${where}: sticks out: ${result.value}`);
        if (pictures === undefined) continue;
        const { cssContentSize } = await ask('Page.getLayoutMetrics');
        const clip = { x: 0, y: 0, width, height: Math.min(cssContentSize.height, MOST_OF_A_PAGE), scale: 1 };
        const { data } = await ask('Page.captureScreenshot', {
          format: 'png',
          captureBeyondViewport: true,
          clip,
        });
        const name = `${page.replaceAll('/', '_').replace(/\.html$/, '')}-${width}-${scheme}.png`;
        writeFileSync(join(pictures, name), Buffer.from(data, 'base64'));
      }
    }
  } finally {
    await browser.close();
    await server.close();
  }
  return wrong;
}
