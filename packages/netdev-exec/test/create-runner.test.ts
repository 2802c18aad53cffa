import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isNetDevError } from 'netdev-core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRunner, type RunOptions, wholeInput } from '../src/index.js';

const runner = createRunner();
let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'netdev-exec-'));
});
afterEach(() => rm(directory, { recursive: true }));

const script = (text: string): string[] => [process.execPath, '-e', text];
const failure = async (work: Promise<unknown>): Promise<Error> =>
  work.then(
    () => expect.unreachable('it was expected to fail'),
    (error: Error) => error,
  );

describe('run', () => {
  it('gives back output and status, and feeds standard input', async () => {
    const result = await runner.run(script('process.stdin.pipe(process.stdout); process.exitCode = 3'), {
      stdin: 'one\ntwo\n',
      accept: [0, 3],
    });
    expect(result).toMatchObject({ exitCode: 3, stdout: 'one\ntwo\n', stderr: '' });
  });

  it('feeds a long text in parts, while it is made, and anew at each try', async () => {
    let asked = 0;
    const parts = {
      *[Symbol.iterator]() {
        for (asked = 0; asked < 3000; asked++) yield `${'ä€😀'.repeat(20)}${asked}\n`;
      },
    };
    const { stdout } = await runner.run(['cat'], { stdin: parts });
    expect(stdout).toBe(wholeInput(parts));
    const fails = 'cat >/dev/null; [ -e "$0" ] || { touch "$0"; exit 1; }; echo well';
    const tries = { stdin: parts, attempts: 2 };
    expect(await runner.run(['sh', '-c', fails, join(directory, 'tried')], tries)).toMatchObject({
      stdout: 'well\n',
    });
    expect((await runner.run(['cat'], { stdin: ['one', '', ' two'] })).stdout).toBe('one two');
    expect((await runner.run(['cat'], { stdin: [] })).stdout).toBe('');
  });

  it('does not mind a program that ends before it has read everything', async () => {
    const endless = {
      *[Symbol.iterator]() {
        for (;;) yield 'x'.repeat(1000);
      },
    };
    const error = await failure(runner.run(['sh', '-c', 'echo enough >&2; exit 3'], { stdin: endless }));
    expect(error).toMatchObject({
      code: 'COMMAND_FAILED',
      exitCode: 3,
      detail: expect.stringContaining('enough'),
    });
  });

  it('answers as soon as what was waited for is printed, and at the end where it is not', async () => {
    const later = join(directory, 'later');
    const words = [
      `console.log('one'); console.log('done.');`,
      `setTimeout(() => fs.writeFileSync('${later}', ''), 400)`,
    ];
    const result = await runner.run(script(words.join('\n')), { until: 'done.\n' });
    expect(result).toMatchObject({ exitCode: 0, stdout: 'one\ndone.\n' });
    await expect(stat(later)).rejects.toMatchObject({ code: 'ENOENT' });
    await vi.waitFor(() => stat(later), { timeout: 5000 });

    expect(await runner.run(script('console.log(1)'), { until: 'done' })).toMatchObject({ stdout: '1\n' });
    const error = await failure(runner.run(script('process.exit(4)'), { until: 'done' }));
    expect(isNetDevError(error, 'COMMAND_FAILED')).toBe(true);
    const late = script('setTimeout(() => console.log("done"), 60_000)');
    expect(isNetDevError(await failure(runner.run(late, { until: 'done', timeoutMs: 300 })), 'TIMEOUT')).toBe(
      true,
    );
  });

  it('passes words with blanks, quotes and line ends unchanged, through no shell', async () => {
    const words = ['a b', '$(id)', '"\'', 'x\ny', ';', '--'];
    const result = await runner.run([
      process.execPath,
      '-e',
      'console.log(JSON.stringify(process.argv.slice(1)))',
      '--',
      ...words,
    ]);
    expect(JSON.parse(result.stdout)).toEqual(words);
  });

  it('runs through sudo what may need a privilege, and nothing else', async () => {
    const sudo = join(directory, 'sudo');
    await writeFile(sudo, '#!/bin/sh\necho "sudo $*"\n', { mode: 0o755 });
    vi.stubEnv('PATH', `${directory}:${process.env.PATH}`);
    const runs = async (options?: RunOptions): Promise<string> =>
      (await createRunner({ sudo: true }).run(['echo', 'x'], options)).stdout;
    expect(await runs()).toBe('sudo -n -- echo x\n');
    expect(await runs({ privileged: true })).toBe('sudo -n -- echo x\n');
    expect(await runs({ privileged: false })).toBe('x\n');
    vi.unstubAllEnvs();
  });

  it('refuses a word with NUL before anything runs', async () => {
    expect(isNetDevError(await failure(runner.run(['echo', 'a\0b'])), 'INVALID_ARGUMENT')).toBe(true);
  });

  it('finds system programs also where the PATH lacks their folders', async () => {
    const { stdout } = await runner.run(script('console.log(process.env.PATH)'));
    expect(stdout.trim().split(':')).toEqual(expect.arrayContaining(['/usr/sbin', '/sbin']));
  });

  it('says status, words and argv of a failure', async () => {
    const error = await failure(runner.run(script('console.error("no such chain"); process.exit(4)')));
    expect(error).toMatchObject({ code: 'COMMAND_FAILED', exitCode: 4 });
    expect(error.message).toContain('exit status 4: no such chain');
  });

  it('names the package of a program that is missing, also behind nsenter', async () => {
    expect(await failure(runner.run(['/nonexistent/iptables-save']))).toMatchObject({
      code: 'MISSING_TOOL',
      tool: 'iptables-save',
      hint: 'install it: apt-get install iptables',
    });
  });

  it('ends a command whose time is up', async () => {
    expect(
      await failure(runner.run(script('setInterval(() => {}, 1000)'), { timeoutMs: 200 })),
    ).toMatchObject({ code: 'TIMEOUT' });
  });

  it('ends a command whose signal fires, and starts none when it has fired', async () => {
    const stop = new AbortController();
    const running = failure(runner.run(script('setInterval(() => {}, 1000)'), { signal: stop.signal }));
    stop.abort();
    expect(await running).toMatchObject({ code: 'ABORTED' });
    expect(await failure(runner.run(script(''), { signal: stop.signal }))).toMatchObject({ code: 'ABORTED' });
  });

  it('tries as often as told, and stops at the first success', async () => {
    const marks = join(directory, 'marks');
    const text = `const fs = require('fs'); fs.appendFileSync(${JSON.stringify(marks)}, 'x'); process.exit(fs.readFileSync(${JSON.stringify(marks)}).length < 3 ? 1 : 0)`;
    await runner.run(script(text), { attempts: 5 });
    expect(await readFile(marks, 'utf8')).toBe('xxx');
    expect(await failure(runner.run(script('process.exit(1)'), { attempts: 2 }))).toMatchObject({
      code: 'COMMAND_FAILED',
    });
  });
});

describe('signal', () => {
  it('never reaches a group of processes', async () => {
    for (const pid of [0, -1, -process.pid, Number.NaN]) {
      expect(await failure(runner.signal(pid, 'SIGTERM'))).toMatchObject({
        code: 'INVALID_ARGUMENT',
        field: 'pid',
      });
    }
  });
});

describe('start', () => {
  it('leaves a process running, whose end can be waited for', async () => {
    const started = await runner.start(script('setInterval(() => {}, 1000)'), { settleMs: 50 });
    expect(await runner.signal(started.pid, 0)).toBe(true);
    await runner.signal(started.pid, 'SIGTERM');
    expect(await started.wait()).toEqual({ exitCode: undefined, signal: 'SIGTERM' });
    expect(await started.exited).toEqual({ exitCode: undefined, signal: 'SIGTERM' });
    expect(await runner.signal(started.pid, 0)).toBe(false);
  });

  it('reports an early end with the words from the log', async () => {
    const logFile = join(directory, 'log');
    const error = await failure(
      runner.start(script('console.error("port in use"); process.exit(2)'), { settleMs: 5000, logFile }),
    );
    expect(error).toMatchObject({ code: 'COMMAND_FAILED', exitCode: 2 });
    expect(error.message).toContain('port in use');
  });

  it('reports a program that is missing', async () => {
    expect(await failure(runner.start(['/nonexistent/dnsmasq']))).toMatchObject({
      code: 'MISSING_TOOL',
      tool: 'dnsmasq',
    });
  });
});

it('tells what a process that stays prints', async () => {
  const runner = createRunner();
  let heard = '';
  const { exited } = await runner.start(['sh', '-c', 'echo one; echo two >&2; echo three'], {
    onOutput: (text) => {
      heard += text;
    },
  });
  await exited;
  await expect.poll(() => heard).toBe('one\nthree\n');
});
