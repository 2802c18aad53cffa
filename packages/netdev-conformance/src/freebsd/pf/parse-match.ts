import { anyHost, type HostNames, parseIpSpec, parsePorts } from './parse-hosts.js';
import { listOf, type Reader } from './reader.js';
import type { Family, NotHost, PortMatch, RuleInterface } from './rules.js';
import { protocolNames } from './services.js';

/** What is looked at in a packet, with its lists as they are written. */
export interface MatchLists {
  interfaces: (RuleInterface | undefined)[];
  family: Family | undefined;
  protocols: (string | undefined)[];
  from: EndLists;
  to: EndLists;
}

export interface EndLists {
  hosts: NotHost[];
  ports: (PortMatch | undefined)[];
  os?: string[] | undefined;
}

const anyEnd = (): EndLists => ({ hosts: anyHost(), ports: [undefined] });

export const anyMatch = (): MatchLists => ({
  interfaces: [undefined],
  family: undefined,
  protocols: [undefined],
  from: anyEnd(),
  to: anyEnd(),
});

export function parseInterfaces(reader: Reader): (RuleInterface | undefined)[] {
  if (reader.take('on') === undefined) return [undefined];
  return listOf(reader, () => {
    const not = reader.take('!') !== undefined;
    const name = reader.word();
    if (name.length > 15) reader.fail('interface name too long');
    if (!/^[A-Za-z_][\w.-]*$/.test(name) && !/^[\w.-]+$/.test(name)) reader.fail();
    return { not, name };
  });
}

export function parseFamily(reader: Reader): Family | undefined {
  return reader.take('inet', 'inet6') as Family | undefined;
}

export function parseProtocols(reader: Reader): (string | undefined)[] {
  if (reader.take('proto') === undefined) return [undefined];
  return listOf(reader, () => {
    const name = reader.word();
    if (protocolNames.has(name)) return name;
    return reader.fail(`unknown protocol ${name}`);
  });
}

/** `all`, or `from … to …`; nothing at all is every packet too. */
export function parseFromTo(reader: Reader, names: HostNames): { from: EndLists; to: EndLists } {
  if (reader.take('all') !== undefined) return { from: anyEnd(), to: anyEnd() };
  const from = reader.take('from') === undefined ? anyEnd() : parseEnd(reader, names);
  const to = reader.take('to') === undefined ? anyEnd() : parseEnd(reader, names);
  return { from, to };
}

function parseEnd(reader: Reader, names: HostNames): EndLists {
  const hosts = reader.sees('port') ? anyHost() : parseIpSpec(reader, names);
  const ports = reader.take('port') === undefined ? [undefined] : parsePorts(reader);
  const os = reader.take('os') === undefined ? undefined : listOf(reader, () => reader.word());
  return { hosts, ports, os };
}
