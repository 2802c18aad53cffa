import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { pageText, withProgram } from './page-program.js';

const run = promisify(execFile);
const example = fileURLToPath(new URL('..', import.meta.url));

/** What stands before the program, as its reader has it: a bridge with an address. */
const bridge = 'ip link add br0 type bridge && ip address add 10.0.0.1/24 dev br0 && ip link set br0 up';

it.each([
  { name: 'netdev-core', before: 'true', prints: /^$/ },
  { name: 'netdev-linux', before: 'true', prints: /^true\n/ },
  { name: 'firewall-iptables', before: 'true', prints: /^\{ changed: true, added: \d+, removed: 0 \}\n$/ },
  {
    name: 'dhcp-dnsmasq',
    before: bridge,
    prints: /^\{ change: 'started' \}\n\{ change: 'none' \}\n\[\]\n$/,
  },
])('the first program of $name’s README runs, and prints what it says', async ({ name, before, prints }) => {
  const readme = await pageText(`packages/${name}/README.md`);
  const [, code = ''] = /^```[jt]s\n([\s\S]*?)^```$/m.exec(readme) ?? [];
  expect(code).toContain(name);
  // A network and a /run of its own, which end with it.
  const script = `mount -t tmpfs tmpfs /run && ip link set lo up && ${before} && exec "$0" "$1"`;
  const words = ['--net', '--mount', 'sh', '-c', script, process.execPath];
  const { stdout } = await withProgram(code, (program) =>
    run('unshare', [...words, program], { cwd: example }),
  );
  expect(stdout).toMatch(prints);
});
