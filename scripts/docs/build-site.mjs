import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { programEnvironment, root } from '../setup/paths.mjs';
import { run } from '../setup/run.mjs';
import { oneCheck } from '../testing/steps.mjs';
import { deadLinks, readSite } from './dead-links.mjs';
import { allViews, narrow, visitPages } from './visit-pages.mjs';

const bin = join(root, 'node_modules', '.bin');
const docs = join(root, 'docs');
export const site = join(root, 'site');

/** The guides in the order in which they are read; others come behind them. */
const order = ['getting-started', 'concepts', 'writing-a-plugin', 'porting-from-linux-net', 'freebsd'];

/** Every guide but the first page, what is said of security, and the plugin that the guide to plugins leads to. */
function guides() {
  const names = readdirSync(docs).flatMap((name) => (/^(?!index\.)(.+)\.md$/.exec(name) ?? []).slice(1));
  const place = (/** @type {string} */ name) => (order.indexOf(name) + order.length + 1) % (order.length + 1);
  const inOrder = names.sort((one, other) => place(one) - place(other) || one.localeCompare(other));
  const further = ['SECURITY.md', 'examples/firewall-plugin/README.md'].map((name) => join(root, name));
  return [...inOrder.map((name) => join(docs, `${name}.md`)), ...further];
}

/** Builds the documentation site, guides and reference. */
function buildSite() {
  const env = { ...programEnvironment([bin]), NO_COLOR: '1' };
  const words = guides().flatMap((guide) => ['--projectDocuments', guide]);
  return run(join(bin, 'typedoc'), ['--options', join(docs, 'typedoc.json'), ...words], { env });
}

/** Pages that people have written: the first, guides, and those that begin with a package's README. */
const byHand = /^(?:index\.html|documents\/|modules\/[^_]+$)/;

/**
 * Builds the site, follows every link within it, and opens its pages in a browser.
 * @param {{ pictures?: string | undefined }} [options]
 * @returns {Promise<import('../testing/steps.mjs').Outcome>} three checks
 */
export async function checkSite(options) {
  const built = oneCheck(await buildSite());
  if (built.failed > 0) return built;
  const pages = readSite(site);
  const visits = [...pages.known.keys()].map((page) =>
    byHand.test(page) ? { page, views: allViews, menu: true } : { page, views: [narrow], menu: false },
  );
  const checks = [deadLinks(pages), await visitPages(site, visits, pages.problemOf, options)];
  const failures = checks.filter((wrong) => wrong.length > 0);
  return {
    passed: 1 + checks.length - failures.length,
    failed: failures.length,
    output: failures.flat().join('\n'),
  };
}
