import { expect, it } from 'vitest';
import {
  createDryRunFiles,
  createDryRunRunner,
  createMemoryFiles,
  createRecordingRunner,
  shellCommand,
} from '../src/index.js';

it('tells every command as a person would type it, and runs none', async () => {
  const lines: string[] = [];
  const runner = createDryRunRunner({
    onCommand: (line) => lines.push(line),
    reply: ([tool]) => (tool === 'date' ? 'now' : undefined),
  });
  expect((await runner.run(['date'])).stdout).toBe('now');
  await runner.run(['iptables-restore', '-n'], { stdin: '*nat\nCOMMIT\n' });
  await runner.inNamespace({ name: 'red' }).run(['ip', 'link', 'set', 'lo', 'up']);
  const started = await runner.start(['/nonexistent/daemon', '--name', "it's"]);
  await runner.signal(started.pid, 'SIGHUP');
  expect(lines).toEqual([
    'date',
    "iptables-restore -n <<'EOF'\n*nat\nCOMMIT\nEOF",
    'ip netns exec red ip link set lo up',
    `/nonexistent/daemon --name 'it'\\''s' & pid1=$!`,
    'kill -HUP $pid1',
  ]);
});

it('shows files as here-documents and keeps them for later reads', async () => {
  const lines: string[] = [];
  const files = createDryRunFiles({ onCommand: (line) => lines.push(line) });
  await files.write('/run/x y', 'a\n');
  expect(await files.read('/run/x y')).toBe('a\n');
  await files.write('/run/z', '', { mode: 0o755 });
  await files.setMode('/run/z', 0o700);
  await files.setMode('/run/none', 0o700);
  await files.empty('/run/z');
  await files.empty('/run/none');
  await files.remove('/run');
  await files.makeDirectory('/run');
  expect(lines).toEqual([
    'mkdir -p /run',
    "cat > '/run/x y' <<'EOF'\na\nEOF",
    "cat > /run/z <<'EOF'\nEOF",
    'chmod 755 /run/z',
    'chmod 700 /run/z',
    ': > /run/z',
    'rm -r /run',
    'mkdir -p /run',
  ]);
});

it('quotes only what a shell would take for more than a word', () => {
  expect(shellCommand(['ip', 'link', 'add', 'br-0', 'a b', '', '$x', '*', '10.0.0.0/24'])).toBe(
    "ip link add br-0 'a b' '' '$x' '*' 10.0.0.0/24",
  );
});

it('records commands with their namespace', async () => {
  const recorder = createRecordingRunner(createDryRunRunner({ onCommand: () => {} }));
  await recorder.run(['true'], { stdin: 'x', attempts: 3 });
  await recorder.inNamespace({ pid: 7 }).run(['false'], { accept: 'any' });
  expect(recorder.commands).toEqual([
    { argv: ['true'], stdin: 'x', accept: undefined, attempts: 3, namespace: undefined },
    { argv: ['false'], stdin: undefined, accept: 'any', attempts: 1, namespace: { pid: 7 } },
  ]);
});

it('starts from given files in memory', async () => {
  expect(await createMemoryFiles({ '/etc/a': 'text' }).read('/etc/a')).toBe('text');
});
