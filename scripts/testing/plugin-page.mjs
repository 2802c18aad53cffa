import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../setup/paths.mjs';
import { run } from '../setup/run.mjs';
import { inOutsideProject } from './outside-project.mjs';
import { oneCheck } from './steps.mjs';
import { countTests, sumOf } from './vitest.mjs';

/** The one thing that the page does not show: where the outcome is written to. */
const settings = `export default { test: { reporters: ['default', 'json'], outputFile: { json: 'report.json' } } };\n`;

const page = join(root, 'docs', 'writing-a-plugin.md');

/**
 * The files that a page shows: a code block behind **`PATH`** is one.
 * @param {string} markdown
 * @returns {Record<string, string>}
 */
export function filesOfPage(markdown) {
  const blocks = markdown.matchAll(/^\*\*`(\S+)`\*\*\n\n```\w+\n([\s\S]*?)^```$/gm);
  return Object.fromEntries([...blocks].map(([, path = '', text = '']) => [path, text]));
}

/**
 * Does what docs/writing-a-plugin.md says, with what it shows: build, test, use.
 * @returns {Promise<import('./steps.mjs').Outcome>}
 */
export function checkPluginPage() {
  const files = filesOfPage(readFileSync(page, 'utf8'));
  return inOutsideProject({ files: { ...files, 'vitest.config.mjs': settings } }, async (folder) => {
    const built = oneCheck(await run('npm', ['run', 'build'], { cwd: folder }));
    if (built.failed > 0) return built;
    const tested = outcomeOf(await run('npm', ['test'], { cwd: folder }), join(folder, 'report.json'));
    return sumOf([built, tested, await useIt(folder, files['use.mjs'] ?? '')]);
  });
}

/** @param {{ status: number, output: string }} tested @param {string} file */
function outcomeOf({ status, output }, file) {
  const { passed, failed, remarks } = countTests(readReport(file), status);
  return { passed, failed, output: [output.trimEnd(), ...remarks].join('\n') };
}

/** @param {string} file @returns {import('./vitest.mjs').Report | undefined} */
function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** The program's lines are what the page says behind them. @param {string} folder @param {string} program */
async function useIt(folder, program) {
  const said = [...program.matchAll(/^console\.log\(.*\); \/\/ (.*)$/gm)].map(([, text]) => text);
  const sandbox = join(root, 'scripts', 'sandbox.mjs');
  const { status, output } = await run(process.execPath, [sandbox, process.execPath, 'use.mjs'], {
    cwd: folder,
  });
  const isSaid = said.length > 0 && output.trimEnd() === said.join('\n');
  return oneCheck({ status: isSaid ? status : 1, output: `use.mjs printed:\n${output}` });
}
