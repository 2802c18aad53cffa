import { NetDevError } from 'netdev-core';
import { expect, it } from 'vitest';
import { installHint } from '../src/failure.js';
import {
  type AskedCommand,
  createAnsweringRunner,
  type ProcessStage,
  type StartedCommand,
} from '../src/index.js';

it('gives a function the command, its input and its namespace, and the caller what it answers', async () => {
  const asked: AskedCommand[] = [];
  const runner = createAnsweringRunner((command) => {
    asked.push(command);
    return { exitCode: 3, stdout: 'out' };
  });
  const result = await runner
    .inNamespace({ name: 'red' })
    .run(['cat'], { stdin: 'x', accept: [3], env: { A: 'b' } });
  expect(result).toEqual({ argv: ['cat'], exitCode: 3, stdout: 'out', stderr: '' });
  expect(asked).toEqual([{ argv: ['cat'], stdin: 'x', namespace: { name: 'red' }, env: { A: 'b' } }]);
});

it('fails as the real runner does', async () => {
  const runner = createAnsweringRunner(({ argv: [program] }) => {
    if (program === 'denied') return { exitCode: 1, stderr: 'x: Operation not permitted\n' };
    if (program === 'broken') throw new TypeError('a fault of the function');
    return program === 'fails' ? { exitCode: 1, stderr: 'x: no\n' } : undefined;
  });
  const codeOf = (argv: string[], signal?: AbortSignal) =>
    runner.run(argv, { signal }).then(
      () => 'it went through',
      (error) => (error instanceof NetDevError ? error.code : error.constructor.name),
    );
  expect(await codeOf(['fails'])).toBe('COMMAND_FAILED');
  expect(await codeOf(['denied'])).toBe('PERMISSION_DENIED');
  expect(await codeOf(['missing'])).toBe('MISSING_TOOL');
  expect(await codeOf(['broken'])).toBe('TypeError');
  expect(await codeOf(['fails'], AbortSignal.abort())).toBe('ABORTED');
  expect(await codeOf([])).toBe('INVALID_ARGUMENT');
});

it('asks again as often as it is told, until it is answered well', async () => {
  let asked = 0;
  const runner = createAnsweringRunner(() => ({ exitCode: ++asked < 3 ? 1 : 0 }));
  await runner.run(['true'], { attempts: 3 });
  expect(asked).toBe(3);
});

it('plays processes that stay', async () => {
  const heard: string[] = [];
  const stages: ProcessStage[] = [];
  const asked: StartedCommand[] = [];
  const runner = createAnsweringRunner(() => undefined, {
    start: (command, stage) => {
      asked.push(command);
      if (command.argv[0] === 'fails') stage.end({ exitCode: 2, signal: undefined });
      if (command.argv[0] === 'other') return undefined;
      stages.push(stage);
      return { signal: (signal) => stage.end({ exitCode: undefined, signal }) };
    },
  });
  const { pid, exited } = await runner.start(['monitor'], {
    onOutput: (text) => heard.push(text),
    env: { A: 'b' },
    logFile: '/log',
  });
  expect(asked).toMatchObject([{ argv: ['monitor'], env: { A: 'b' }, logFile: '/log' }]);
  expect(stages[0]?.pid).toBe(pid);
  stages[0]?.print('a message');
  expect(heard).toEqual(['a message']);
  expect(await runner.signal(pid, 0)).toBe(true);
  expect(await runner.signal(pid, 'SIGTERM')).toBe(true);
  expect(await exited).toEqual({ exitCode: undefined, signal: 'SIGTERM' });
  expect(await runner.signal(pid, 0)).toBe(false);
  await expect(runner.start(['other'])).rejects.toMatchObject({ code: 'MISSING_TOOL' });
  const failed = await runner.start(['fails']);
  expect(await failed.exited).toEqual({ exitCode: 2, signal: undefined });
  expect(await runner.signal(failed.pid, 0)).toBe(false);
});

it('says which package has a program, for each platform', () => {
  expect(installHint('dnsmasq', 'linux')).toBe('install it: apt-get install dnsmasq-base');
  expect(installHint('ip6tables-save', 'linux')).toBe('install it: apt-get install iptables');
  expect(installHint('dnsmasq', 'freebsd')).toBe('install it: pkg install dnsmasq');
  expect(installHint('pfctl', 'freebsd')).toBe('install pfctl');
});
