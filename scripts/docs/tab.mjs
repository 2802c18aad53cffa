/** @typedef {{ width: number, height: number, scheme: 'light' | 'dark' }} View */

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

/**
 * A tab of the browser.
 * @param {ReturnType<import('./browser.mjs').openBrowser>} browser
 * @param {(text: string) => void} complain told what goes wrong in the pages that are opened
 */
export async function openTab(browser, complain) {
  const { targetId } = await browser.ask('Target.createTarget', { url: 'about:blank' });
  const { sessionId } = await browser.ask('Target.attachToTarget', { targetId, flatten: true });
  /** @param {string} method @param {object} [params] */
  const ask = (method, params) => browser.ask(method, params, sessionId);
  let loaded = () => {};
  browser.listeners.add((event) => {
    if (event.sessionId !== sessionId) return;
    const text = complaint(event);
    if (text !== undefined) complain(text);
    if (event.method === 'Page.loadEventFired') loaded();
  });
  for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await ask(`${domain}.enable`);
  return {
    ask,
    /**
     * Opens a page, and waits until all that it asks for is there.
     * @param {string} url
     * @returns {Promise<boolean>} whether there is such a page
     */
    async go(url) {
      const arrived = new Promise((resolve) => {
        loaded = () => resolve(undefined);
      });
      const { errorText } = await ask('Page.navigate', { url });
      if (errorText === undefined) await arrived;
      else complain(errorText);
      return errorText === undefined;
    },
    /** @param {View} view */
    async show({ width, height, scheme }) {
      const size = { width, height, deviceScaleFactor: 1, mobile: false };
      await ask('Emulation.setDeviceMetricsOverride', size);
      const features = [{ name: 'prefers-color-scheme', value: scheme }];
      await ask('Emulation.setEmulatedMedia', { features });
    },
    /**
     * The value of an expression in the page; of a promise, what it comes to.
     * @param {string} expression
     * @returns {Promise<any>}
     */
    async evaluate(expression) {
      const { result, exceptionDetails } = await ask('Runtime.evaluate', {
        expression,
        awaitPromise: true,
        returnByValue: true,
      });
      if (exceptionDetails !== undefined) throw new Error(exceptionDetails.exception?.description);
      return result.value;
    },
    /** A picture of the page, of a long one the beginning. @param {View} view */
    async picture({ width }) {
      const { cssContentSize } = await ask('Page.getLayoutMetrics');
      const clip = { x: 0, y: 0, width, height: Math.min(cssContentSize.height, MOST_OF_A_PAGE), scale: 1 };
      const { data } = await ask('Page.captureScreenshot', {
        format: 'png',
        captureBeyondViewport: true,
        clip,
      });
      return Buffer.from(data, 'base64');
    },
  };
}

/** Pixels of a long page that a picture shows. */
const MOST_OF_A_PAGE = 8000;
