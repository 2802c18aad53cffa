import { NotCoveredError } from '../not-covered.js';
import { emptyAnchor } from './anchors.js';
import type { PfKernel } from './create-pf.js';
import { matchesHost } from './match-packet.js';
import { parseHost } from './parse-hosts.js';
import { type PfctlResult, refused, said } from './pfctl.js';
import { hostNames } from './pfctl-load.js';
import type { PfctlOptions } from './pfctl-options.js';
import { createReader } from './reader.js';
import type { NotHost } from './rules.js';
import { showHost } from './show-rule.js';
import { tokenize } from './tokens.js';

/** `-t TABLE -T COMMAND ADDRESS …`: the addresses of a table. */
export function runTable(
  kernel: PfKernel,
  { anchor: path, file }: PfctlOptions,
  { name, command, addresses }: NonNullable<PfctlOptions['table']>,
  stdin: string | undefined,
  argv: readonly string[],
): PfctlResult {
  if (name.length > 31)
    throw new NotCoveredError(['pfctl', ...argv], 'a table name of more than 31 characters');
  const anchor = kernel.anchors.get(path) ?? emptyAnchor();
  const table = anchor.tables.get(name);
  const given = [...addresses, ...(file === '-' ? (stdin ?? '').split(/\s+/).filter(Boolean) : [])];
  const members = given.flatMap((text) => parseMember(kernel, text));
  const store = (next: NotHost[], flags = table?.flags ?? ['persist']): void => {
    anchor.tables.set(name, { flags, members: next });
    kernel.anchors.set(path, anchor);
  };
  const known = new Set(table?.members.map(textOf));
  if (table === undefined && command !== 'add' && command !== 'replace')
    return refused('pfctl: Table does not exist.\n');
  switch (command) {
    case 'add': {
      const fresh = members.filter((member) => !known.has(textOf(member)));
      store([...(table?.members ?? []), ...fresh]);
      return said('', `${fresh.length}/${members.length} addresses added.\n`);
    }
    case 'delete': {
      const gone = new Set(members.map(textOf));
      const left = (table?.members ?? []).filter((member) => !gone.has(textOf(member)));
      store(left);
      return said('', `${known.size - left.length}/${members.length} addresses deleted.\n`);
    }
    case 'replace': {
      const wanted = new Set(members.map(textOf));
      const added = [...wanted].filter((text) => !known.has(text)).length;
      const deleted = [...known].filter((text) => !wanted.has(text)).length;
      store(members);
      const parts = [
        added > 0 && `${added} addresses added.`,
        deleted > 0 && `${deleted} addresses deleted.`,
      ];
      const text = parts.filter(Boolean).join('\n');
      return said('', `${text === '' ? 'no changes.' : text}\n`);
    }
    case 'flush':
      store([]);
      return said('', `${known.size} addresses deleted.\n`);
    case 'kill':
      anchor.tables.delete(name);
      kernel.anchors.set(path, anchor);
      return said('', '1 table deleted.\n');
    case 'show':
      return said([...known].map((text) => `   ${text}\n`).join(''));
    case 'test': {
      const found = given.filter((address) =>
        matchesHost({ not: false, host: { kind: 'table', name } }, address, {
          host: kernel.host,
          anchors: kernel.anchors,
          path,
        }),
      );
      const isWhole = found.length === given.length;
      return {
        exitCode: isWhole ? 0 : 2,
        stdout: '',
        stderr: `${found.length}/${given.length} addresses match.\n`,
      };
    }
    default:
      throw new NotCoveredError(['pfctl', ...argv], `-T ${command}`);
  }
}

function parseMember(kernel: PfKernel, text: string): NotHost[] {
  const not = text.startsWith('!');
  return parseHost(createReader(tokenize(not ? text.slice(1) : text)), hostNames(kernel)).map((host) => ({
    not,
    host,
  }));
}

function textOf({ not, host }: NotHost): string {
  return `${not ? '!' : ''}${showHost(host)}`;
}
