import { familyOf } from './parse-hosts.js';
import type { MatchLists } from './parse-match.js';
import type { Reader } from './reader.js';
import type { Family, RuleMatch } from './rules.js';

type One = Pick<RuleMatch, 'interface' | 'family' | 'protocol' | 'from' | 'to'>;

/** Whether a family is known to be another one than a protocol's. */
function contradicts(family: Family | undefined, protocol: string | undefined): boolean {
  return (protocol === 'icmp' && family === 'inet6') || (protocol === 'icmp6' && family === 'inet');
}

/** One match for each combination that is possible. @throws PfSyntaxError where none is */
export function expandMatch(reader: Reader, lists: MatchLists, { sctpPorts }: { sctpPorts: boolean }): One[] {
  const found: One[] = [];
  for (const each of lists.interfaces)
    for (const protocol of lists.protocols)
      for (const from of lists.from.hosts)
        for (const fromPort of lists.from.ports)
          for (const to of lists.to.hosts)
            for (const toPort of lists.to.ports) {
              const families = [lists.family, familyOf(from.host), familyOf(to.host)];
              const known = new Set(families.filter((family) => family !== undefined));
              if (known.size > 1) continue;
              const family = [...known][0];
              if (contradicts(family, protocol)) continue;
              if (
                (fromPort !== undefined || toPort !== undefined) &&
                protocol !== 'tcp' &&
                protocol !== 'udp' &&
                !(protocol === 'sctp' && sctpPorts)
              )
                reader.fail('port only applies to tcp/udp');
              const os = lists.from.os?.join(', ');
              found.push({
                interface: each,
                family,
                protocol,
                from: { ...from, port: fromPort, ...(os === undefined ? {} : { os }) },
                to: { ...to, port: toPort },
              });
            }
  if (found.length === 0) reader.fail('rule expands to no valid combination');
  return found;
}
