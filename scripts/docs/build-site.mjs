import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { programEnvironment, root } from '../setup/paths.mjs';
import { run } from '../setup/run.mjs';
import { oneCheck } from '../testing/steps.mjs';
import { deadLinks, pagesOf } from './dead-links.mjs';
import { visitPages } from './visit-pages.mjs';

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

/** The pages that are looked at in a browser: the first, guides, packages, and the longest of the reference. */
function pagesToVisit() {
  const pages = pagesOf(site);
  const lengths = pages
    .filter((page) => page.startsWith('interfaces/'))
    .map((page) => ({ page, length: readFileSync(join(site, page)).length }));
  const longest = lengths.sort((one, other) => other.length - one.length).slice(0, 1);
  return [
    ...pages.filter((page) => /^(?:index\.html|documents\/|modules\/[^_]+$)/.test(page)),
    ...longest.map(({ page }) => page),
  ];
}

/**
 * Builds the site, follows every link within it, and opens its pages in a browser.
 * @param {{ pictures?: string | undefined }} [options]
 * @returns {Promise<import('../testing/steps.mjs').Outcome>} three checks
 */
export async function checkSite(options) {
  const built = oneCheck(await buildSite());
  if (built.failed > 0) return built;
  const checks = [deadLinks(site), await visitPages(site, pagesToVisit(), options)];
  const failures = checks.filter((wrong) => wrong.length > 0);
  return {
    passed: 1 + checks.length - failures.length,
    failed: failures.length,
    output: failures.flat().join('\n'),
  };
}
