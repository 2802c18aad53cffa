import { parseEtherRule } from './parse-ether.js';
import {
  type ParseContext,
  parseAnchorRule,
  parseFilterRule,
  parseTranslationAnchor,
} from './parse-filter.js';
import { parseSet } from './parse-set.js';
import { parseTable } from './parse-table.js';
import { parseTranslationRule } from './parse-translation.js';
import { createReader, type Reader } from './reader.js';
import { emptyRuleset, type Ruleset } from './rules.js';
import { PfSyntaxError } from './syntax-error.js';
import { tokenize } from './tokens.js';

/** The parts of a text in the order that they have to come in, unless `set require-order no` says otherwise. */
const order = ['options', 'ether', 'scrub', 'queue', 'translation', 'filter'] as const;
type Part = (typeof order)[number];

/** What options make of rules that come after them. */
export interface Defaults {
  blockPolicy: 'drop' | 'return';
  requireOrder: boolean;
}

/**
 * Parses the text of one anchor, or of a main ruleset.
 *
 * @throws PfSyntaxError for what is not pf.conf(5), and for what the facts about FreeBSD do not cover
 */
export function parsePfConf(text: string, context: ParseContext): Ruleset {
  const ruleset = emptyRuleset();
  const defaults: Defaults = { blockPolicy: 'drop', requireOrder: true };
  const reader = createReader(tokenize(text));
  let reached = 0;
  const enter = (part: Part): void => {
    const place = order.indexOf(part);
    if (defaults.requireOrder && place < reached)
      reader.fail(
        'Rules must be in order: options, ethernet, normalization, queueing, translation, filtering',
      );
    reached = Math.max(reached, place);
  };
  while (!reader.done) {
    reader.skipNewlines();
    if (reader.done) break;
    const { line } = reader;
    parseStatement(reader, context, { ruleset, defaults, enter });
    // Every statement ends a line, the last one too.
    if (reader.done) throw new PfSyntaxError(line);
    if (!reader.seesNewline()) reader.fail();
  }
  return ruleset;
}

function parseStatement(
  reader: Reader,
  context: ParseContext,
  { ruleset, defaults, enter }: { ruleset: Ruleset; defaults: Defaults; enter: (part: Part) => void },
): void {
  if (reader.sees('set')) {
    parseSet(reader, defaults, ruleset, () => enter('options'));
  } else if (reader.sees('table')) {
    ruleset.tables.push(parseTable(reader, context));
  } else if (reader.sees('ether')) {
    if (context.version < 14) reader.fail();
    enter('ether');
    ruleset.ether.push(...parseEtherRule(reader, context));
  } else if (reader.sees('nat-anchor', 'rdr-anchor', 'binat-anchor')) {
    enter('translation');
    for (const rule of parseTranslationAnchor(reader, context))
      if (rule.of !== 'filter') ruleset[rule.of].push(rule);
  } else if (reader.sees('no', 'nat', 'rdr', 'binat')) {
    enter('translation');
    for (const rule of parseTranslationRule(reader, context)) ruleset[rule.kind].push(rule);
  } else if (reader.sees('pass', 'block')) {
    enter('filter');
    ruleset.filter.push(...parseFilterRule(reader, context, defaults));
  } else if (reader.sees('anchor')) {
    enter('filter');
    ruleset.filter.push(...parseAnchorRule(reader, context, defaults));
  } else {
    reader.fail();
  }
}
