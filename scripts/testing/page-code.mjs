/** A whole import statement, on one line or several. */
const IMPORT = /^import\b[^;]*;/gm;
const NAMED = /^import \{ ([^}]*) \} from '([^']*)';$/;
const CODE = /^```(?:js|ts)$/;

/** The name of a file, by itself; the block behind it is what goes into it. */
const FILE = /^\*\*`\S+`\*\*$/;

/** What a page's author takes as given, unseen by its readers: `<!-- given: declare const position: string; -->`. */
const GIVEN = /^<!-- given: (.*) -->$/;

/** @param {string} text */
function blank(text) {
  return text.replace(/[^\n]+/g, '');
}

/**
 * The same imports, each name once. A package whose name begins with `my-` is the reader's own: what it exports may be anything.
 * @param {readonly string[]} statements
 */
function gather(statements) {
  const single = statements
    .map((statement) => statement.replace(/\s+/g, ' '))
    .flatMap((statement) => {
      const [, names, from] = NAMED.exec(statement) ?? [];
      if (names === undefined || from === undefined) return [statement];
      const each = names
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== '');
      return each.map((name) =>
        from.startsWith('my-') ? `declare const ${name}: any;` : `import { ${name} } from '${from}';`,
      );
    });
  return [...new Set(single)].join(' ');
}

/**
 * The code of a page as one module of TypeScript, with every line where it is on the page. A block sees what those before
 * it declare, and may declare it anew. Files that a page shows (behind **`PATH`**) are not taken: they are built by themselves.
 *
 * @param {string} markdown
 * @returns {string | undefined} `undefined` for a page without code
 */
export function codeOfPage(markdown) {
  let open = 0;
  let before = '';
  /** @type {string[]} */
  const given = [];
  /** @type {'text' | 'code' | 'other'} */
  let within = 'text';
  const lines = markdown.split('\n').map((line) => {
    const previous = before;
    if (line !== '') before = line;
    if (within === 'text') {
      given.push(...(GIVEN.exec(line) ?? []).slice(1));
      if (!line.startsWith('```')) return '';
      within = CODE.test(line) && !FILE.test(previous) ? 'code' : 'other';
      if (within === 'other') return '';
      open += 1;
      return '{';
    }
    if (line === '```') {
      within = 'text';
      return '';
    }
    return within === 'code' ? line.replace(/^export (?:default )?/, '') : '';
  });
  if (open === 0) return undefined;
  const text = lines.join('\n');
  const imports = [...text.matchAll(IMPORT)].map(([statement]) => statement);
  return `${text.replace(IMPORT, blank)}${'}'.repeat(open)} ${[...given, gather(imports)].join(' ')} export {};\n`;
}
