import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';

const run = promisify(execFile);
const example = fileURLToPath(new URL('..', import.meta.url));
const page = fileURLToPath(new URL('../../../docs/getting-started.md', import.meta.url));

// Beside the example's node_modules, so that the packages are found as a user's program finds them.
const program = `${example}/getting-started-${randomUUID()}.mjs`;
const namespace = `getting-started-${process.pid}`;

beforeEach(async () => {
  const text = await readFile(page, 'utf8');
  const blocks = [...text.matchAll(/^```js\n([\s\S]*?)^```$/gm)].map(([, code]) => code);
  expect(blocks).toHaveLength(4);
  await writeFile(program, blocks.join('\n'));
  await run('ip', ['netns', 'add', namespace]);
});

afterEach(async () => {
  await rm(program);
  const { stdout } = await run('ip', ['netns', 'pids', namespace]);
  for (const pid of stdout.split('\n').filter(Boolean)) process.kill(Number(pid), 'SIGKILL');
  await run('ip', ['netns', 'delete', namespace]);
});

it('what the guide shows runs as one program from its first block to its last, and prints what it says', async () => {
  const inside = async (...words: string[]): Promise<string> =>
    (await run('ip', ['netns', 'exec', namespace, ...words])).stdout;
  const printed = await inside(process.execPath, program);
  expect(printed).toMatch(/^true\n\[ 'port0' \]\n\{ changed: true, added: \d+, removed: 0 \}\n\[\]\n$/);
  const links: { ifname: string; master?: string }[] = JSON.parse(
    await inside('ip', '-json', 'link', 'show'),
  );
  expect(links.filter(({ ifname, master }) => ifname.startsWith('vm') && master === 'br0')).toHaveLength(100);
  expect(await inside('iptables-save', '-t', 'nat')).toMatch(/-s 10\.0\.0\.0\/24 .*-j MASQUERADE/);
  expect(await inside('sysctl', '-n', 'net.ipv4.ip_forward')).toBe('1\n');
  expect(await inside('ss', '-lun')).toMatch(/10\.0\.0\.1:53|0\.0\.0\.0%br0:67/);
});
