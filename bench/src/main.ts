import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parseInteger } from 'netdev-core';
import { benchDevices } from './devices/devices.js';

const USAGE = `usage: pnpm bench NAME [options]

devices   a bridge and many links: made, set up, given an mtu, joined, dumped and deleted;
          against ip -batch, and against one ip process an operation
  --pairs N         runs of each (5)
  --links N         links (1000)
  --kind KIND       veth or tap (tap where there is /dev/net/tun)
  --rounds N        runs for the memory (20)
  --round-links N   links in each of those (100)`;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    pairs: { type: 'string', default: '5' },
    links: { type: 'string', default: '1000' },
    kind: { type: 'string', default: existsSync('/dev/net/tun') ? 'tap' : 'veth' },
    rounds: { type: 'string', default: '20' },
    'round-links': { type: 'string', default: '100' },
  },
});

async function run(): Promise<void> {
  const { kind } = values;
  if (positionals.join(' ') !== 'devices' || (kind !== 'veth' && kind !== 'tap')) throw new Error(USAGE);
  if (process.env['NETDEV_SANDBOX'] !== '1')
    throw new Error('run it by `pnpm bench`, which makes the sandbox');
  const { comparisons, text } = await benchDevices(
    {
      kind,
      pairs: parseInteger(Number(values.pairs), 'pairs', 1, 1000),
      links: parseInteger(Number(values.links), 'links', 1, 100_000),
      rounds: parseInteger(Number(values.rounds), 'rounds', 0, 1000),
      roundLinks: parseInteger(Number(values['round-links']), 'round-links', 1, 100_000),
    },
    (line) => console.error(line),
  );
  for (const comparison of comparisons) console.log(JSON.stringify(comparison));
  console.error(`\n${text}`);
}

await run().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
