import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';

const run = promisify(execFile);
const example = fileURLToPath(new URL('..', import.meta.url));
const readme = fileURLToPath(new URL('../../../README.md', import.meta.url));

// Beside the example's node_modules, so that the packages are found as a user's program finds them.
const program = `${example}/readme-${randomUUID()}.mjs`;
const namespace = `readme-${process.pid}`;

beforeEach(async () => {
  const text = await readFile(readme, 'utf8');
  const code = /<!-- run by \S+readme\.host\.test\.ts -->\n```js\n([\s\S]*?)```/.exec(text)?.[1];
  expect(code).toBeDefined();
  await writeFile(program, String(code));
  await run('ip', ['netns', 'add', namespace]);
});

afterEach(async () => {
  await rm(program);
  const { stdout } = await run('ip', ['netns', 'pids', namespace]);
  for (const pid of stdout.split('\n').filter(Boolean)) process.kill(Number(pid), 'SIGKILL');
  await run('ip', ['netns', 'delete', namespace]);
});

it("the README's program does what it says, twice", async () => {
  const inside = async (...words: string[]): Promise<string> =>
    (await run('ip', ['netns', 'exec', namespace, ...words])).stdout;
  for (let time = 1; time <= 2; time++) expect(await inside(process.execPath, program)).toBe("[ 'vm1' ]\n");
  const [bridge] = JSON.parse(await inside('ip', '-json', 'address', 'show', 'br0'));
  expect(bridge.addr_info.filter(({ family }: { family: string }) => family === 'inet')).toMatchObject([
    { local: '10.0.0.1', prefixlen: 24 },
  ]);
  expect(await inside('iptables-save', '-t', 'nat')).toMatch(/-s 10\.0\.0\.0\/24 .*-j MASQUERADE/);
  expect(await inside('ss', '-lun')).toMatch(/10\.0\.0\.1:53|0\.0\.0\.0%br0:67/);
});
