import { anchorName, type ParseContext, parseDirection, parsePipe, tagName } from './parse-filter.js';
import { anyHost, parseIpSpec } from './parse-hosts.js';
import { parseInterfaces } from './parse-match.js';
import { listOf, type Reader } from './reader.js';
import { type EtherAnchorRule, type EtherRule, type MacMatch, noCounters } from './rules.js';

type Head = Omit<EtherRule, 'kind' | 'action' | 'counters'>;

/** `ether pass|block|anchor …`, from that word on: of 14. */
export function parseEtherRule(reader: Reader, context: ParseContext): (EtherRule | EtherAnchorRule)[] {
  reader.expect('ether');
  if (reader.take('anchor') !== undefined) return parseEtherAnchor(reader, context);
  const action = reader.take('pass', 'block') as 'pass' | 'block' | undefined;
  if (action === undefined) return reader.fail();
  return parseHead(reader, context).map((head) => ({
    kind: 'ether',
    action,
    ...head,
    counters: noCounters(),
  }));
}

function parseHead(reader: Reader, { names }: ParseContext): Head[] {
  const direction = parseDirection(reader);
  const quick = reader.take('quick') !== undefined;
  const interfaces = parseInterfaces(reader);
  const protocols =
    reader.take('proto') === undefined ? [undefined] : listOf(reader, () => parseEtherType(reader));
  const from = reader.take('from') === undefined ? [undefined] : listOf(reader, () => parseMac(reader));
  const to = reader.take('to') === undefined ? [undefined] : listOf(reader, () => parseMac(reader));
  const hasL3 = reader.take('l3') !== undefined;
  const l3From = hasL3 && reader.take('from') !== undefined ? parseIpSpec(reader, names) : anyHost();
  const l3To = hasL3 && reader.take('to') !== undefined ? parseIpSpec(reader, names) : anyHost();
  const options = parseOptions(reader);
  return interfaces.flatMap((each) =>
    protocols.flatMap((protocol) =>
      from.flatMap((source) =>
        to.flatMap((target) =>
          l3From.flatMap((l3Source) =>
            l3To.map(
              (l3Target): Head => ({
                direction,
                quick,
                interface: each,
                protocol,
                from: source,
                to: target,
                l3: hasL3 ? { from: l3Source, to: l3Target } : undefined,
                ...options,
              }),
            ),
          ),
        ),
      ),
    ),
  );
}

function parseOptions(reader: Reader): Pick<EtherRule, 'tag' | 'tagged' | 'dnpipe'> {
  const options: Pick<EtherRule, 'tag' | 'tagged' | 'dnpipe'> = {
    tag: undefined,
    tagged: undefined,
    dnpipe: undefined,
  };
  while (!reader.done && !reader.seesNewline() && !reader.sees('{')) {
    if (reader.take('tag') !== undefined) options.tag = tagName(reader);
    else if (reader.take('tagged') !== undefined) options.tagged = { not: false, tag: tagName(reader) };
    else if (reader.take('dnpipe') !== undefined) options.dnpipe = parsePipe(reader);
    else reader.fail();
  }
  return options;
}

/** Numbers only. */
function parseEtherType(reader: Reader): number {
  const word = reader.word();
  if (!/^0x[0-9a-f]{1,4}$/i.test(word)) reader.fail();
  return Number(word);
}

function parseMac(reader: Reader): MacMatch {
  const not = reader.take('!') !== undefined;
  const [address = '', mask] = reader.word().split('&');
  const isMac = (text: string): boolean => /^[0-9a-f]{1,2}(:[0-9a-f]{1,2}){5}$/i.test(text);
  if (!isMac(address) || (mask !== undefined && !isMac(mask))) reader.fail('invalid mac address');
  if (mask !== undefined) return { not, address: address.toLowerCase(), mask: `&${mask}` };
  if (reader.take('/') === undefined) return { not, address: address.toLowerCase(), mask: undefined };
  const length = reader.word();
  if (!/^\d+$/.test(length) || Number(length) > 48) reader.fail();
  return { not, address: address.toLowerCase(), mask: `/${length}` };
}

function parseEtherAnchor(reader: Reader, context: ParseContext): EtherAnchorRule[] {
  const isName = reader.seesWord() && !reader.sees('in', 'out', 'quick', 'on', 'proto', 'from', 'to', 'l3');
  const name = isName ? anchorName(reader) : undefined;
  const heads = parseHead(reader, context);
  const inline = reader.take('{') === undefined ? undefined : parseInline(reader, context);
  if (inline === undefined && name === undefined)
    reader.fail('anchors without explicit rules must specify a name');
  return heads.map((head) => ({ kind: 'ether-anchor', name, ...head, inline, counters: noCounters() }));
}

function parseInline(reader: Reader, context: ParseContext): EtherRule[] {
  if (!reader.seesNewline()) reader.fail();
  const rules: EtherRule[] = [];
  for (;;) {
    reader.skipNewlines();
    if (reader.take('}') !== undefined) return rules;
    if (!reader.sees('ether')) reader.fail();
    const parsed = parseEtherRule(reader, context);
    for (const rule of parsed) {
      if (rule.kind === 'ether') rules.push(rule);
      else reader.fail();
    }
    if (!reader.seesNewline()) reader.fail();
  }
}
