import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parseInteger } from 'netdev-core';
import { benchDevices } from './devices/devices.js';
import { benchDhcp } from './dhcp/dhcp.js';
import { benchFirewall } from './firewall/firewall.js';
import type { Report } from './runner/report.js';

const USAGE = `usage: pnpm bench NAME [options]

devices   a bridge and many links: made, set up, given an mtu, joined, dumped and deleted;
          against ip -batch, and against one ip process an operation; as many addresses and routes against ip -batch
  --pairs N         runs of each (5)
  --links N         links (1000)
  --kind KIND       veth or tap (tap where there is /dev/net/tun)
  --rounds N        runs for the memory (20)
  --round-links N   links in each of those (100)

firewall  the rules of many guests, with floating addresses and in security groups: the first apply, one guest more,
          changed and gone, a member of a group more, nothing to do, a restart;
          against the bare restore of the same lines (floor), and against all tables read and written for each change
  --pairs N         runs of each (5)
  --changes N       changes of each kind in a run (3)
  --rules N,N       rules of ours: one run for each (1000,10000,50000)
  --guests N        guests in security groups, a run of their own; 0: none (500)
  --foreign N       rules of others (2000)
  --variants A,B    nft, legacy (both)
  --quick           one small run of each, to see that it works

dhcp      one host more beside many, against the whole hosts file written and a SIGHUP: time, bytes, CPU, until a client has
          its address; start and memory with all hosts; events of leases by real exchanges, with the manager killed meanwhile
  --pairs N         runs of each (5)
  --changes N       hosts added in a run (5)
  --hosts N,N       hosts that are there: one run for each; 0: none (1000,10000)
  --leases N        leases as fast as the server gives them (5000)
  --paced N         leases one after another, for the latency (500)
  --kills N         how often the manager is killed meanwhile (3)
  --quick           one small run of each, to see that it works`;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    pairs: { type: 'string' },
    links: { type: 'string' },
    kind: { type: 'string' },
    rounds: { type: 'string' },
    'round-links': { type: 'string' },
    changes: { type: 'string' },
    rules: { type: 'string' },
    foreign: { type: 'string' },
    guests: { type: 'string' },
    hosts: { type: 'string' },
    leases: { type: 'string' },
    paced: { type: 'string' },
    kills: { type: 'string' },
    variants: { type: 'string' },
    quick: { type: 'boolean' },
  },
});

const progress = (line: string): void => console.error(line);

const benchmarks: Readonly<Record<string, () => Promise<Report>>> = {
  devices: () => {
    const kind = oneOf('kind', ['veth', 'tap'], existsSync('/dev/net/tun') ? 'tap' : 'veth');
    return benchDevices(
      {
        kind,
        pairs: number('pairs', 5, 1, 1000),
        links: number('links', 1000, 1, 100_000),
        rounds: number('rounds', 20, 0, 1000),
        roundLinks: number('round-links', 100, 1, 100_000),
      },
      progress,
    );
  },

  firewall: () => {
    const quick = values.quick === true;
    return benchFirewall(
      {
        pairs: number('pairs', quick ? 1 : 5, 1, 1000),
        changes: number('changes', quick ? 1 : 3, 1, 12),
        foreign: number('foreign', quick ? 20 : 2000, 1, 100_000),
        guests: number('guests', quick ? 40 : 500, 0, 10_000),
        rules: list('rules', quick ? '60,120' : '1000,10000,50000').map((each) =>
          parseInteger(Number(each), 'rules', 50, 300_000),
        ),
        variants: list('variants', 'nft,legacy').map((each) => oneOf('variants', ['nft', 'legacy'], each)),
      },
      progress,
    );
  },

  dhcp: () => {
    const quick = values.quick === true;
    return benchDhcp(
      {
        pairs: number('pairs', quick ? 1 : 5, 1, 1000),
        changes: number('changes', quick ? 1 : 5, 1, 100),
        hosts: list('hosts', quick ? '20' : '1000,10000')
          .map((each) => parseInteger(Number(each), 'hosts', 0, 50_000))
          .filter((hosts) => hosts > 0),
        leases: number('leases', quick ? 20 : 5000, 1, 50_000),
        paced: number('paced', quick ? 2 : 500, 1, 10_000),
        kills: number('kills', quick ? 1 : 3, 0, 100),
      },
      progress,
    );
  },
};

function number(
  name:
    | 'pairs'
    | 'links'
    | 'rounds'
    | 'round-links'
    | 'changes'
    | 'foreign'
    | 'guests'
    | 'leases'
    | 'paced'
    | 'kills',
  usual: number,
  min: number,
  max: number,
): number {
  return parseInteger(Number(values[name] ?? usual), name, min, max);
}

function list(name: 'rules' | 'variants' | 'hosts', usual: string): string[] {
  return (values[name] ?? usual).split(',');
}

function oneOf<Name extends string>(
  option: 'kind' | 'variants',
  names: readonly Name[],
  given: string,
): Name {
  const chosen = option === 'kind' ? (values.kind ?? given) : given;
  const found = names.find((name) => name === chosen);
  if (found === undefined) throw new Error(USAGE);
  return found;
}

async function run(): Promise<void> {
  const [name = '', ...others] = positionals;
  const benchmark = Object.hasOwn(benchmarks, name) && others.length === 0 ? benchmarks[name] : undefined;
  if (benchmark === undefined) throw new Error(USAGE);
  if (process.env['NETDEV_SANDBOX'] !== '1')
    throw new Error('run it by `pnpm bench`, which makes the sandbox');
  const { comparisons, text } = await benchmark();
  for (const comparison of comparisons) console.log(JSON.stringify(comparison));
  console.error(`\n${text}`);
}

await run().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
