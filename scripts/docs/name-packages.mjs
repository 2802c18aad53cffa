// A plugin of TypeDoc: a guide is called by its first line, an entry point as what it is imported by, and the page of a package
// begins with its README.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Converter, MinimalSourceFile } from 'typedoc';
import { root } from '../setup/paths.mjs';

/**
 * What an entry point is imported by: `netdev-core/src` by `netdev-core`, `netdev-conformance/src/dhcp` by `netdev-conformance/dhcp`.
 * @param {string} name as TypeDoc derives it from its path
 */
function importName(name) {
  return name.replace(/^packages\//, '').replace(/\/src(?:\/index)?(?=\/|$)/, '');
}

/** @param {import('typedoc').Application} app */
export function load(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    project.files.registerReflectionPath(inProject('README.md'), project);
    for (const guide of project.documents ?? []) {
      guide.name = /^# (.+)/.exec(guide.content[0]?.text ?? '')?.[1] ?? guide.name;
    }
    for (const module of project.children ?? []) {
      module.name = importName(module.name);
      if (module.name.includes('/')) continue;
      const readme = inProject('packages', module.name, 'README.md');
      // Its first line is the name, which the page has already.
      const text = readFileSync(readme, 'utf8').replace(/^# .*\n/, '');
      const { content } = app.converter.parseRawComment(new MinimalSourceFile(text, readme), project.files);
      module.readme = content;
      project.files.registerReflectionPath(readme, module);
      project.files.registerReflectionPath(inProject('packages', module.name), module);
    }
  });
}

/** @param {string[]} names */
function inProject(...names) {
  return /** @type {import('typedoc').NormalizedPath} */ (join(root, ...names));
}
