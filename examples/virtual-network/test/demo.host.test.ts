import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const run = promisify(execFile);

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'netdev-demo-test-'));
});
afterAll(() => rm(directory, { recursive: true }));

describe('the demo', () => {
  it('proves all of its claims and draws the network', { timeout: 60_000 }, async () => {
    const { stdout } = await run(process.execPath, [main, '--json', '--svg', join(directory, 'network.svg')]);
    const outcome = JSON.parse(stdout);
    expect(outcome.lines.filter(({ ok }: { ok: boolean }) => !ok)).toEqual([]);
    expect(outcome.lines.map(({ number }: { number?: number }) => number)).toEqual([
      undefined,
      1,
      2,
      3,
      4,
      5,
      6,
      7,
      8,
      9,
    ]);
    expect(outcome.ok).toBe(true);
    expect(outcome.network.networks.flatMap(({ guests }: { guests: unknown[] }) => guests)).toHaveLength(3);
    expect(await readFile(join(directory, 'network.svg'), 'utf8')).toMatch(
      /^<svg [\s\S]*10\.10\.1\.11\/24[\s\S]*<\/svg>\n$/,
    );
  });

  it.each([200, 900, 2500, 5000])(
    'takes itself down when it is interrupted after %d ms',
    { timeout: 60_000 },
    async (wait) => {
      const child = spawn(process.execPath, [main, '--svg', join(directory, 'cut.svg')], {
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let output = '';
      child.stdout.on('data', (data) => {
        output += data;
      });
      const ended = endOf(child);
      await sleep(wait);
      child.kill('SIGINT');
      // Again, as an impatient person would.
      child.kill('SIGINT');
      const status = await ended;
      // On a busy machine the signal may come before the program listens, when it has made nothing yet.
      if (child.signalCode === 'SIGINT') expect(output).toBe('');
      else expect(status).toBe(130);
      if (output !== '') expect(output).toMatch(/✓.* everything is taken down/);
      expect(await commandLines(/virtual-network\/dist|netdev-demo/)).toEqual([]);
    },
  );

  it('prints its commands without any of the tools', async () => {
    const { stdout } = await run(process.execPath, [main, '--dry-run'], { env: { PATH: '/nonexistent' } });
    for (const line of [
      'ip link add name br-blue type bridge forward_delay 0 stp_state 0',
      'ip address replace 10.10.1.1/24 broadcast + dev br-blue',
      'iptables -t nat -A netdev-pre-float -d 203.0.113.50/32 -j DNAT --to-destination 10.10.1.11',
      'ebtables -t filter -A netdev-frames-fwd -p IPv4 -i port-web --ip-proto udp --ip-sport 67 -j DROP',
      'dnsmasq --conf-file=/run/netdev-demo/dhcp/blue/dnsmasq.conf --keep-in-foreground & pid1=$!',
      'ip link delete dev br-blue',
    ]) {
      expect(stdout.split('\n').map((text) => text.replace('--no-daemon', '--keep-in-foreground'))).toContain(
        line,
      );
    }
  });

  it('says which programs are missing and how to install them, before anything changes', async () => {
    const failed = await run(process.execPath, [main], { env: { PATH: '/nonexistent' } }).catch(
      (error) => error,
    );
    // The folders for system programs are searched besides the PATH; busybox lives in neither.
    expect(failed.code).toBe(1);
    expect(failed.stdout).toBe('');
    expect(failed.stderr).toMatch(
      /^Missing: .*busybox.*\. Install with: (?:sudo )?apt-get install -y .*busybox/,
    );
  });
});

function endOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.on('close', resolve));
}

async function commandLines(pattern: RegExp): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const lines = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  );
  return lines.map((line) => line.replaceAll('\0', ' ').trim()).filter((line) => pattern.test(line));
}
