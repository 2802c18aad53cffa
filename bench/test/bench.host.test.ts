import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const run = promisify(execFile);

it('compares on stdout, a JSON line each, and tells people on stderr', async () => {
  const sizes = ['--pairs', '2', '--links', '3', '--rounds', '2', '--round-links', '2'];
  const { stdout, stderr } = await run(process.execPath, [main, 'devices', '--kind', 'veth', ...sizes]);
  const comparisons = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(comparisons.map(({ case: name, against }) => `${name}, ${against}`)).toEqual([
    ...['all', 'make', 'dump', 'delete'].flatMap((name) => [`${name}, ip -batch`, `${name}, ip`]),
    ...['addresses', 'routes'].map((name) => `${name}, ip -batch`),
  ]);
  for (const { ratio, oursMs, theirsMs, ...names } of comparisons) {
    expect(names).toEqual({ bench: 'devices', case: names.case, against: names.against, pairs: 2 });
    for (const number of [ratio, oursMs, theirsMs]) expect(number).toBeGreaterThan(0);
  }
  expect(stderr).toMatch(/case +ours +against +theirs +ratio\n/);
  expect(stderr).toContain('event loop');
  expect(stderr).toContain('memory after each of 2 rounds with 2 links');
});

it('keeps rules as the others do, and compares what it takes', async () => {
  const { stdout, stderr } = await run(process.execPath, [main, 'firewall', '--quick']);
  const comparisons = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const changes = ['add', 'replace', 'remove'];
  const against = ['floor', 'whole table'];
  const expected = ['nft', 'legacy'].flatMap((variant) => [
    ...[60, 120].flatMap((rules) =>
      ['first apply', ...changes, 'nothing', 'restart'].flatMap((name) =>
        (name === 'nothing' ? ['floor'] : against).map(
          (other) => `${variant}, ${rules} rules, ${name}: ${other}`,
        ),
      ),
    ),
    ...['first apply', 'join', 'replace', 'leave', 'member', 'nothing', 'restart'].flatMap((name) =>
      (name === 'nothing' ? ['floor'] : against).map(
        (other) => `${variant}, 40 guests in groups, ${name}: ${other}`,
      ),
    ),
    ...changes.map((name) => `${variant}, 120 rules, ${name}, own CPU: 60 rules`),
  ]);
  expect(comparisons.map(({ case: name, against: other }) => `${name}: ${other}`)).toEqual(expected);
  for (const { bench, ratio, oursMs, theirsMs } of comparisons) {
    expect(bench).toBe('firewall');
    for (const number of [ratio, oursMs, theirsMs]) expect(number).toBeGreaterThan(0);
  }
  expect(stderr).toContain('bytes of heap a rule');
});

it('adds hosts beside others, and hears of every lease', { timeout: 90_000 }, async () => {
  const { stdout, stderr } = await run(process.execPath, [main, 'dhcp', '--quick']);
  const comparisons = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const measures = ['served', 'has its address', 'own CPU', "dnsmasq's CPU"];
  expect(comparisons.map(({ case: name }) => name)).toEqual(
    measures.map((measure) => `20 hosts and one, ${measure}`),
  );
  for (const { bench, against, ratio } of comparisons) {
    expect([bench, against]).toEqual(['dhcp', 'rewrite and HUP']);
    expect(ratio).toBeGreaterThan(0);
  }
  expect(stderr).toContain('0 events lost, 0 told twice');
});

it('says what there is when it is asked for something else', async () => {
  await expect(run(process.execPath, [main, 'cars'])).rejects.toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('usage: pnpm bench NAME'),
  });
});
