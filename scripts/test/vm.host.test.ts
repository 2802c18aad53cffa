import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { encodeCpio } from '../testing/vm/cpio.mjs';

const vm = fileURLToPath(new URL('../vm.mjs', import.meta.url));

function inVm(...words: string[]) {
  return spawnSync(process.execPath, [vm, ...words], { encoding: 'utf8' });
}

test('the command is root under another kernel, without a network, and its status is handed on', () => {
  const folder = mkdtempSync(join(tmpdir(), 'netdev-vm-test-'));
  try {
    const show = 'uname -r; id -u; ls /sys/class/net; echo "$NETDEV_VM $1"; cat package.json';
    const write = `echo inside >${folder}/out; touch ./outside-must-not-see-this`;
    const { stdout, status } = inVm(
      '--shared',
      folder,
      'sh',
      '-c',
      `${show}; ${write}; exit 3`,
      'sh',
      `it's "$x"`,
    );
    const [kernel, user, link, words, ...manifest] = stdout.split('\n');
    expect(status).toBe(3);
    expect(kernel).toMatch(/^\d.*-amd64$/);
    expect(kernel).not.toBe(release());
    expect([user, link, words]).toEqual(['0', 'lo', `1 it's "$x"`]);
    expect(manifest.join('\n')).toBe(readFileSync('package.json', 'utf8'));
    expect(readFileSync(join(folder, 'out'), 'utf8')).toBe('inside\n');
    expect(existsSync('outside-must-not-see-this')).toBe(false);
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 120_000);

test('a command whose time is up ends with the machine, and with 124', () => {
  const { status, stderr } = inVm('--seconds', '2', 'true');
  expect(stderr).toBe('The virtual machine was killed, as it is after 2 s\n');
  expect(status).toBe(124);
}, 120_000);

test('a machine that ends by itself is a failure that shows its console', () => {
  const { status, stderr } = inVm('sh', '-c', 'echo o >/proc/sysrq-trigger; sleep 60');
  expect(stderr).toMatch(/The virtual machine ended early \(qemu: 0\)/);
  expect(status).toBe(1);
}, 120_000);

test.each([[[]], [['--seconds', '0', 'true']], [['--seconds']], [['--shared', '/does/not/exist', 'true']]])(
  '%j is refused',
  (words) => {
    const { status, stderr } = inVm(...words);
    expect(status).toBe(1);
    expect(stderr).toMatch(/usage: npm run vm|no folder/);
  },
);

test('the archive is one to cpio: folders, contents of any length, modes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'netdev-cpio-'));
  const contents = ['', 'a', 'four', 'a longer one\0'].map((text) => Buffer.from(text));
  const files = contents.map((content, index) => ({
    path: `bin/file${index}`,
    content,
    mode: 0o640 + index,
  }));
  try {
    execFileSync('busybox', ['cpio', '-i'], {
      cwd: folder,
      input: encodeCpio([{ path: 'bin', mode: 0o755 }, ...files]),
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    expect(files.map(({ path }) => readFileSync(join(folder, path)))).toEqual(contents);
    expect(files.map(({ path }) => statSync(join(folder, path)).mode & 0o777)).toEqual(
      files.map(({ mode }) => mode),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
