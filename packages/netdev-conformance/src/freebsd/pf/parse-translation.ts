import { expandMatch } from './expand.js';
import { type ParseContext, tagName } from './parse-filter.js';
import { familyOf, parseHost } from './parse-hosts.js';
import {
  anyMatch,
  type MatchLists,
  parseFamily,
  parseFromTo,
  parseInterfaces,
  parseProtocols,
} from './parse-match.js';
import { listOf, type Reader } from './reader.js';
import { type Host, noCounters, type TranslationRule } from './rules.js';
import { portOf } from './services.js';

const poolTypes = ['bitmask', 'random', 'source-hash', 'round-robin'];

/** `[no] nat|rdr|binat …`, from there on. In these the first that matches counts. */
export function parseTranslationRule(reader: Reader, { names, version }: ParseContext): TranslationRule[] {
  const no = reader.take('no') !== undefined;
  const kind = reader.take('nat', 'rdr', 'binat') as TranslationRule['kind'] | undefined;
  if (kind === undefined) return reader.fail();
  const pass = reader.take('pass') !== undefined;
  if (no && pass) reader.fail('"pass" not valid with "no"');
  const lists: MatchLists = {
    ...anyMatch(),
    interfaces: parseInterfaces(reader),
    family: parseFamily(reader),
    protocols: parseProtocols(reader),
    ...parseFromTo(reader, names),
  };
  const tag = reader.take('tag') === undefined ? undefined : tagName(reader);
  const not = reader.sees('!') && reader.take('!') !== undefined;
  const tagged = reader.take('tagged') === undefined ? undefined : { not, tag: tagName(reader) };
  if (not && tagged === undefined) reader.fail();
  const pool = reader.take('->') === undefined ? undefined : parsePool(reader, kind, names);
  if (no && pool !== undefined) reader.fail(`'no ${kind}' rule does not need '->'`);
  if (!no && pool === undefined) reader.fail(`'${kind}' rule requires '-> address'`);
  const matches = expandMatch(reader, lists, { sctpPorts: version >= 14 });
  if (kind === 'binat' && !no) checkBinat(reader, lists, pool?.hosts ?? []);
  if (
    kind === 'rdr' &&
    pool?.port !== undefined &&
    lists.protocols.some((each) => each !== 'tcp' && each !== 'udp')
  )
    reader.fail('port only applies to tcp/udp');
  return matches.flatMap((match): TranslationRule[] => {
    // Of addresses of two families, each rule takes those of its own.
    const families = new Set(pool?.hosts.map(familyOf).filter((family) => family !== undefined));
    const family = match.family ?? (families.size === 1 ? [...families][0] : undefined);
    const hosts = pool?.hosts.filter((host) => [undefined, family].includes(familyOf(host)));
    if (hosts?.length === 0) return reader.fail('rule expands to no valid combination');
    return [
      {
        kind,
        no,
        pass,
        ...match,
        family,
        tag,
        tagged,
        pool: pool === undefined || hosts === undefined ? undefined : { ...pool, hosts },
        counters: noCounters(),
      },
    ];
  });
}

function checkBinat(reader: Reader, lists: MatchLists, hosts: readonly Host[]): void {
  const [source, ...others] = lists.from.hosts;
  const [target, ...more] = hosts;
  if (others.length > 0 || more.length > 0 || lists.protocols.length > 1) reader.fail();
  if (lists.from.ports[0] !== undefined || lists.to.ports[0] !== undefined) reader.fail();
  if (source?.not !== false || source.host.kind !== 'network') reader.fail();
  if (target?.kind === 'table') reader.fail('tables cannot be used as the redirect address of binat rule');
  const isSameSize =
    target?.kind === 'network' && source?.host.kind === 'network' && target.length === source.host.length;
  if (!isSameSize) reader.fail('binat source mask and redirect mask must be the same');
}

function parsePool(
  reader: Reader,
  kind: TranslationRule['kind'],
  names: ParseContext['names'],
): NonNullable<TranslationRule['pool']> {
  const hosts = listOf(reader, () => parseHost(reader, names)).flat();
  if (hosts.some(({ kind: each }) => ['range', 'any', 'no-route', 'urpf-failed'].includes(each)))
    reader.fail();
  const port = reader.take('port') === undefined ? undefined : poolPort(reader);
  if (kind === 'binat' && port !== undefined) reader.fail();
  const options: string[] = [];
  for (;;) {
    const option = reader.take(...poolTypes, 'static-port', 'sticky-address');
    if (option === undefined) break;
    if (options.includes(option)) reader.fail(`${option} cannot be redefined`);
    options.push(option);
  }
  if (options.filter((option) => poolTypes.includes(option)).length > 1)
    reader.fail('pool type cannot be redefined');
  if (options.includes('static-port')) {
    if (kind !== 'nat') reader.fail("the 'static-port' option is only valid with nat rules");
    if (port !== undefined)
      reader.fail("the 'static-port' option can't be used when specifying a port range");
  }
  checkPool(reader, hosts, options);
  if (!reader.done && !reader.seesNewline()) reader.fail();
  return { hosts, port, options };
}

/** An interface in parentheses may have many addresses, unless it is `(em0:0)` of a name that ends in a digit. */
export function isMany(host: Host): boolean {
  return host.kind === 'dynamic' && !(host.modifiers.includes('0') && /\d$/.test(host.name));
}

function checkPool(reader: Reader, hosts: readonly Host[], options: readonly string[]): void {
  const type = options.find((option) => poolTypes.includes(option));
  if (hosts.some(isMany) && type !== undefined && type !== 'round-robin')
    reader.fail(
      hosts.some(({ kind }) => kind === 'table')
        ? 'tables are only supported in round-robin redirection pools'
        : 'interface (...) are only supported in round-robin redirection pools',
    );
  if (hosts.some(({ kind }) => kind === 'table') && type !== undefined && type !== 'round-robin')
    reader.fail('tables are only supported in round-robin redirection pools');
}

function poolPort(reader: Reader): string {
  const [first = '', last, ...more] = reader.word().split(':');
  const from = portOf(first);
  if (from === undefined || more.length > 0) return reader.fail();
  if (last === undefined) return String(from);
  if (last === '*') return `${from}:*`;
  const to = portOf(last);
  return to === undefined ? reader.fail() : `${from}:${to}`;
}
