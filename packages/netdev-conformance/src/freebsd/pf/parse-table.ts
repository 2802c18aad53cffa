import type { ParseContext } from './parse-filter.js';
import { parseHost } from './parse-hosts.js';
import { listOf, type Reader } from './reader.js';
import type { TableDefinition } from './rules.js';

/** `table <NAME> …`, from that word on. */
export function parseTable(reader: Reader, { names }: ParseContext): TableDefinition {
  reader.expect('table');
  reader.expect('<');
  const name = reader.word();
  reader.expect('>');
  if (name.length > 31) reader.fail('table name too long, max 31 chars');
  const flags: string[] = [];
  let hosts: TableDefinition['hosts'];
  while (!reader.done && !reader.seesNewline()) {
    const flag = reader.take('const', 'persist', 'counters');
    if (flag !== undefined) flags.push(flag);
    else if (reader.take('file') !== undefined)
      reader.fail(`cannot open the file of a table: ${reader.word()}`);
    else if (reader.sees('{')) hosts = [...(hosts ?? []), ...parseMembers(reader, names)];
    else reader.fail();
  }
  return { name, flags, hosts };
}

function parseMembers(reader: Reader, names: ParseContext['names']): NonNullable<TableDefinition['hosts']> {
  // An empty list empties the table.
  if (reader.take('{') === undefined) return [];
  reader.skipNewlines();
  if (reader.take('}') !== undefined) return [];
  const members: NonNullable<TableDefinition['hosts']> = [];
  for (;;) {
    const not = reader.take('!') !== undefined;
    members.push(
      ...listOf(reader, () => parseHost(reader, names))
        .flat()
        .map((host) => ({ not, host })),
    );
    reader.skipNewlines();
    reader.take(',');
    reader.skipNewlines();
    if (reader.take('}') !== undefined) break;
  }
  const kinds = new Set(members.map(({ host }) => host.kind));
  if (kinds.has('range')) reader.fail('address ranges are not permitted inside tables');
  if (kinds.has('dynamic')) reader.fail('dynamic addresses are not permitted inside tables');
  if (kinds.has('table')) reader.fail('tables cannot contain tables');
  return members;
}
