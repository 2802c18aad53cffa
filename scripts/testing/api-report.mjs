import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';

/**
 * What a declaration file says of a package to its users, without comments: every declaration that can be reached, by
 * name in sorted order, those that can be imported marked by `export`. The same signatures give the same text, in
 * whatever order and files the bundler puts them.
 * @param {string} file a bundled declaration file, `dist/index.d.ts`
 * @returns {string}
 */
export function apiReport(file) {
  /** @type {Map<string, string[]>} */
  const declared = new Map();
  /** @type {Set<string>} */
  const imports = new Set();
  const exported = readDeclarations(file, { declared, imports, seen: new Set() });
  const names = [...declared.keys()].sort();
  const blocks = names.map((name) =>
    (declared.get(name) ?? []).map((text) => (exported.has(name) ? `export ${text}` : text)).join('\n'),
  );
  const others = [...exported].filter((name) => !declared.has(name)).sort();
  return [
    ...[...imports].sort(),
    '',
    ...(others.length === 0 ? [] : [`export { ${others.join(', ')} };`, '']),
    blocks.join('\n\n'),
    '',
  ].join('\n');
}

const printer = ts.createPrinter({ removeComments: true });

/**
 * Reads a file, and the parts that the bundler put elsewhere.
 * @param {string} file
 * @param {{ declared: Map<string, string[]>, imports: Set<string>, seen: Set<string> }} found is filled: what is declared, by
 *   name; what comes from other packages; and the parts that were read, as several lead to the same one
 * @returns {Set<string>} the names that this file exports
 */
function readDeclarations(file, found) {
  const { declared, imports, seen } = found;
  if (seen.has(file)) return new Set();
  seen.add(file);
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  /** @type {Set<string>} */
  const exported = new Set();
  for (const statement of source.statements) {
    const from = moduleOf(statement);
    if (from?.startsWith('.')) readDeclarations(partOf(file, from), found);
    else if (ts.isImportDeclaration(statement)) imports.add(print(statement, source));
    if (ts.isExportDeclaration(statement)) {
      if (from !== undefined) imports.add(print(statement, source));
      for (const name of exportedNames(statement)) exported.add(name);
    } else if (from === undefined) {
      for (const name of declaredNames(statement))
        declared.set(name, [...(declared.get(name) ?? []), print(statement, source)]);
    }
  }
  return exported;
}

/** @param {ts.Statement} statement */
function moduleOf(statement) {
  if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return undefined;
  const from = statement.moduleSpecifier;
  return from !== undefined && ts.isStringLiteral(from) ? from.text : undefined;
}

/** @param {string} file @param {string} from `./requirement-afAu4fq5.js` */
function partOf(file, from) {
  const part = join(dirname(file), from.replace(/\.js$/, '.d.ts'));
  if (!existsSync(part)) throw new Error(`${file} names ${from}, which is not there`);
  return part;
}

/** @param {ts.ExportDeclaration} statement */
function exportedNames({ exportClause }) {
  if (exportClause === undefined || !ts.isNamedExports(exportClause)) return [];
  return exportClause.elements.map(({ name, propertyName }) =>
    propertyName === undefined || propertyName.text === name.text
      ? name.text
      : `${propertyName.text} as ${name.text}`,
  );
}

/** @param {ts.Statement} statement @returns {string[]} */
function declaredNames(statement) {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.map(({ name }) => name.getText());
  const { name } = /** @type {{ name?: ts.Node }} */ (/** @type {unknown} */ (statement));
  return name === undefined ? [] : [name.getText()];
}

/** @param {ts.Node} node @param {ts.SourceFile} source */
function print(node, source) {
  return printer.printNode(ts.EmitHint.Unspecified, node, source).replace(/^declare /, '');
}
