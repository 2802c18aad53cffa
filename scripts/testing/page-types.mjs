import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, sep } from 'node:path';
import { root } from '../setup/paths.mjs';
import { run } from '../setup/run.mjs';
import { workspacePackages } from '../setup/workspace.mjs';
import { codeOfPage } from './page-code.mjs';

/** The guides, and what each package says of itself. */
function pages() {
  const guides = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));
  return [
    join(root, 'README.md'),
    ...guides.map((name) => join(root, 'docs', name)),
    ...workspacePackages()
      .filter(({ manifest }) => manifest.private !== true)
      .map(({ folder }) => join(folder, 'README.md')),
  ];
}

/** The declarations that users get of each entry of each package. @returns {Record<string, string[]>} */
function declarations() {
  return Object.fromEntries(
    workspacePackages().flatMap(({ folder, manifest }) =>
      Object.entries(manifest.exports ?? {}).flatMap(([entry, target]) => {
        const { types } = Object(Object(target).import);
        return typeof types === 'string' ? [[join(manifest.name, entry), [join(folder, types)]]] : [];
      }),
    ),
  );
}

/** Examples are shown as JavaScript mostly, so what has no type is anything. @param {readonly string[]} files */
function settings(files) {
  return {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: {
      baseUrl: root,
      rootDir: '/',
      paths: declarations(),
      typeRoots: [join(root, 'node_modules', '@types')],
      noImplicitAny: false,
      noImplicitOverride: false,
      noUnusedLocals: false,
      noUnusedParameters: false,
      noUncheckedIndexedAccess: false,
      exactOptionalPropertyTypes: false,
      isolatedModules: false,
      verbatimModuleSyntax: false,
    },
    files,
    include: [],
  };
}

/**
 * Type-checks the code that guides and READMEs show: one check for each page that has some.
 * @returns {Promise<import('./steps.mjs').Outcome>}
 */
export async function checkPageTypes() {
  const folder = mkdtempSync(join(tmpdir(), 'netdev-pages-'));
  try {
    /** @type {string[]} */
    const names = [];
    for (const page of pages()) {
      const code = codeOfPage(readFileSync(page, 'utf8'));
      if (code === undefined) continue;
      const name = relative(root, page).split(sep).join('/');
      names.push(name);
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, `${name}.mts`), code);
    }
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify(settings(names.map((name) => `${name}.mts`))),
    );
    const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    const { status, output } = await run(process.execPath, [tsc, '-p', '.', '--pretty', 'false'], {
      cwd: folder,
    });
    const isWrong = (/** @type {string} */ name) => output.includes(`${name}.mts(`);
    const failed = names.filter(isWrong).length;
    if (status !== 0 && failed === 0) return { passed: 0, failed: 1, output };
    return { passed: names.length - failed, failed, output: output.replaceAll('.md.mts(', '.md(') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
