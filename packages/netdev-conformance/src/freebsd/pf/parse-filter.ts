import { expandMatch } from './expand.js';
import type { HostNames } from './parse-hosts.js';
import {
  anyMatch,
  type MatchLists,
  parseFamily,
  parseFromTo,
  parseInterfaces,
  parseProtocols,
} from './parse-match.js';
import { listOf, type Reader } from './reader.js';
import { type AnchorRule, type Direction, type FilterRule, noCounters, type RuleMatch } from './rules.js';
import { icmpTypes } from './services.js';

/** What a text is parsed for. */
export interface ParseContext {
  names: HostNames;
  version: 13 | 14;
}

type FilterOptions = Pick<
  FilterRule,
  'flags' | 'user' | 'state' | 'stateOptions' | 'labels' | 'tag' | 'tagged' | 'dnpipe'
> & { icmp: (FilterRule['icmp'] | undefined)[]; stateSaid: boolean };

export function parseDirection(reader: Reader): Direction | undefined {
  return reader.take('in', 'out') as Direction | undefined;
}

function parseHead(reader: Reader, { names }: ParseContext): MatchLists {
  return {
    ...anyMatch(),
    interfaces: parseInterfaces(reader),
    family: parseFamily(reader),
    protocols: parseProtocols(reader),
    ...parseFromTo(reader, names),
  };
}

/** `pass …` and `block …`, from that word on. */
export function parseFilterRule(
  reader: Reader,
  context: ParseContext,
  defaults: { blockPolicy: 'drop' | 'return' },
): FilterRule[] {
  const action = reader.take('pass', 'block') as 'pass' | 'block';
  const said = action === 'block' ? reader.take('drop', 'return') : undefined;
  const direction = parseDirection(reader);
  let log = reader.take('log') !== undefined;
  const quick = reader.take('quick') !== undefined;
  log ||= reader.take('log') !== undefined;
  const interfaces = parseInterfaces(reader);
  const route = parseRoute(reader, direction);
  const lists: MatchLists = { ...parseHead(reader, context), interfaces };
  const { icmp, stateSaid, ...options } = parseFilterOptions(reader, context);
  if (action === 'block' && stateSaid) reader.fail("state on block rules doesn't make sense");
  return expandMatch(reader, lists, { sctpPorts: context.version >= 14 }).flatMap((match) =>
    icmp.map((type): FilterRule => {
      if (type !== undefined && match.protocol !== type.protocol)
        reader.fail('icmp-type/code only applies to icmp');
      return {
        kind: 'filter',
        action,
        blockPolicy: (said as 'drop' | 'return' | undefined) ?? defaults.blockPolicy,
        direction,
        log,
        quick,
        route,
        ...match,
        family: match.family ?? (type === undefined ? undefined : familyOfIcmp(type.protocol)),
        icmp: type,
        ...options,
        counters: noCounters(),
      };
    }),
  );
}

function familyOfIcmp(protocol: 'icmp' | 'icmp6'): 'inet' | 'inet6' {
  return protocol === 'icmp' ? 'inet' : 'inet6';
}

/** `route-to (em0 192.0.2.1)`, `reply-to …`; an interface alone is what a bare word is taken for. */
function parseRoute(reader: Reader, direction: Direction | undefined): string | undefined {
  const word = reader.take('route-to', 'reply-to');
  if (word === undefined) return undefined;
  if (direction === undefined) reader.fail(`direction must be explicit with rules that specify routing`);
  if (reader.take('(') === undefined) return `${word} ${reader.word()}`;
  const route = `${word} (${reader.word()} ${reader.word()})`;
  reader.expect(')');
  return route;
}

const keepWords = ['keep', 'modulate', 'synproxy', 'no'] as const;

function parseFilterOptions(reader: Reader, { version }: ParseContext): FilterOptions {
  const options: FilterOptions = {
    flags: undefined,
    user: undefined,
    state: 'keep',
    stateSaid: false,
    stateOptions: [],
    labels: [],
    tag: undefined,
    tagged: undefined,
    dnpipe: undefined,
    icmp: [undefined],
  };
  const labels: string[] = [];
  while (!reader.done && !reader.seesNewline() && !reader.sees('{')) {
    const state = keepWords.find((word) => reader.take(word) !== undefined);
    if (state !== undefined) {
      if (options.stateSaid) reader.fail();
      reader.expect('state');
      options.state = state;
      options.stateSaid = true;
      if (state !== 'no' && reader.take('(') !== undefined) options.stateOptions = parseStateOptions(reader);
    } else if (reader.take('flags') !== undefined) {
      options.flags = `${reader.word()}${reader.take('/') === undefined ? '' : `/${reader.word()}`}`;
      if (!/^[FSRPAUEW]*\/[FSRPAUEW]+$/.test(options.flags)) reader.fail();
    } else if (reader.take('user') !== undefined) {
      options.user = reader.word();
    } else if (reader.take('label') !== undefined) {
      const label = reader.word();
      if (label.length > 63) reader.fail('rule label too long (max 63 chars)');
      labels.push(label);
      if (labels.length > 5) reader.fail('label can only be used 5 times');
      options.labels = labels;
    } else if (reader.take('tag') !== undefined) {
      options.tag = tagName(reader);
    } else if (reader.sees('tagged', '!')) {
      const not = reader.take('!') !== undefined;
      reader.expect('tagged');
      options.tagged = { not, tag: tagName(reader) };
    } else if (version >= 14 && reader.take('dnpipe') !== undefined) {
      options.dnpipe = parsePipe(reader);
    } else {
      const protocol = reader.sees('icmp-type') ? 'icmp' : 'icmp6';
      if (reader.take('icmp-type', 'icmp6-type') === undefined) reader.fail();
      options.icmp = parseIcmpTypes(reader, protocol);
    }
  }
  return options;
}

export function tagName(reader: Reader): string {
  const tag = reader.word();
  if (tag.length > 63) reader.fail('tag too long, max 63 chars');
  return tag;
}

export function parsePipe(reader: Reader): string {
  if (reader.take('(') === undefined) return reader.word();
  const pipes = [reader.word()];
  if (reader.take(',') !== undefined) pipes.push(reader.word());
  reader.expect(')');
  return `(${pipes.join(', ')})`;
}

/** The options of a state that FreeBSD's tests use, and those of pf.conf(5) that bind it. */
const stateOption = /^(?:source-track(?: (?:global|rule))?|max-src-(?:states|nodes) \d+|if-bound|floating)$/;

function parseStateOptions(reader: Reader): string[] {
  const options: string[] = [];
  do {
    const words = [reader.word()];
    while (reader.seesWord()) words.push(reader.word());
    const option = words.join(' ');
    if (!stateOption.test(option)) reader.fail();
    options.push(option);
  } while (reader.take(',') !== undefined);
  reader.expect(')');
  return options;
}

interface IcmpMatch {
  protocol: 'icmp' | 'icmp6';
  type: number;
  code: number | undefined;
}

function parseIcmpTypes(reader: Reader, protocol: 'icmp' | 'icmp6'): IcmpMatch[] {
  return listOf(reader, () => {
    const word = reader.word();
    const type = /^\d+$/.test(word) ? Number(word) : icmpTypes[protocol][word];
    if (type === undefined || type > 255) return reader.fail(`unknown ${protocol}-type ${word}`);
    if (reader.take('code') === undefined) return { protocol, type, code: undefined };
    const code = reader.word();
    if (!/^\d+$/.test(code) || Number(code) > 255) reader.fail(`illegal ${protocol}-code`);
    return { protocol, type, code: Number(code) };
  });
}

/** `anchor …`, from that word on; with rules between braces, which only these may have. */
export function parseAnchorRule(
  reader: Reader,
  context: ParseContext,
  defaults: { blockPolicy: 'drop' | 'return' },
): AnchorRule[] {
  reader.expect('anchor');
  const isName =
    reader.seesWord() &&
    !reader.sees('in', 'out', 'quick', 'on', 'inet', 'inet6', 'proto', 'all', 'from', 'to');
  const name = isName ? anchorName(reader) : undefined;
  const direction = parseDirection(reader);
  const quick = reader.take('quick') !== undefined;
  const lists = parseHead(reader, context);
  const { tag, tagged, stateSaid, labels } = parseFilterOptions(reader, context);
  if (stateSaid) reader.fail('cannot specify state handling on anchors');
  if (labels.length > 0) reader.fail();
  const inline = parseInline(reader, context, defaults);
  if (inline === undefined && name === undefined)
    reader.fail('anchors without explicit rules must specify a name');
  if (inline !== undefined && name?.includes('/'))
    reader.fail("anchor paths containing '/' cannot be used for inline anchors.");
  return expandMatch(reader, lists, { sctpPorts: context.version >= 14 }).map((match) => ({
    kind: 'anchor',
    of: 'filter',
    name,
    direction,
    quick,
    ...match,
    tag,
    tagged,
    inline,
  }));
}

function parseInline(
  reader: Reader,
  context: ParseContext,
  defaults: { blockPolicy: 'drop' | 'return' },
): AnchorRule['inline'] {
  if (reader.take('{') === undefined) return undefined;
  if (!reader.seesNewline()) reader.fail();
  const rules: (FilterRule | AnchorRule)[] = [];
  for (;;) {
    reader.skipNewlines();
    if (reader.take('}') !== undefined) return rules;
    if (reader.sees('pass', 'block')) rules.push(...parseFilterRule(reader, context, defaults));
    else if (reader.sees('anchor')) rules.push(...parseAnchorRule(reader, context, defaults));
    else reader.fail();
    if (!reader.seesNewline()) reader.fail();
  }
}

export function anchorName(reader: Reader): string {
  const name = reader.word();
  if (name.startsWith('_') || name.includes('/_'))
    reader.fail("anchor names beginning with '_' are reserved for internal use");
  if (name.split('/').some((part) => part.length > 63)) reader.fail();
  return name;
}

/** `nat-anchor`, `rdr-anchor` and `binat-anchor`, from that word on. */
export function parseTranslationAnchor(reader: Reader, context: ParseContext): AnchorRule[] {
  const word = reader.take('nat-anchor', 'rdr-anchor', 'binat-anchor') ?? reader.fail();
  const of = word.slice(0, word.indexOf('-')) as 'nat' | 'rdr' | 'binat';
  const name = anchorName(reader);
  const lists = parseHead(reader, context);
  const plain: Pick<RuleMatch, 'tag' | 'tagged'> = { tag: undefined, tagged: undefined };
  return expandMatch(reader, lists, { sctpPorts: context.version >= 14 }).map((match) => ({
    kind: 'anchor',
    of,
    name,
    direction: undefined,
    quick: false,
    ...match,
    ...plain,
    inline: undefined,
  }));
}
