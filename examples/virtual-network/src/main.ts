import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve as resolvePath } from 'node:path';
import { parseArgs } from 'node:util';
import { createHost } from './create-host.js';
import { runDryRun } from './dry-run.js';
import { createReport, type Report } from './report.js';
import { extendPath, missingRequirement } from './requirements.js';
import { runDemo } from './run-demo.js';
import { isInSandbox, runInSandbox, stopSignal } from './sandbox.js';

const usage = `npm run demo -- [options]

Builds a virtual network in private namespaces, proves with real packets that it works, and takes it down.

  --json           the outcome as one JSON document
  --keep           leave everything up until Ctrl-C, and say how to look inside
  --dry-run        print every operation as the shell command a person would type; needs no privilege and no Linux
  --svg FILE       where the drawing goes (virtual-network.svg)
  --firewall NAME  the firewall plugin to use (auto)
  -h, --help       this text
`;

const flags = {
  json: { type: 'boolean', default: false },
  keep: { type: 'boolean', default: false },
  'dry-run': { type: 'boolean', default: false },
  svg: { type: 'string', default: 'virtual-network.svg' },
  firewall: { type: 'string', default: 'auto' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

async function main(words: string[]): Promise<number> {
  const { values } = parseArgs({ args: words, options: flags, strict: true });
  const print = (text: string): void => {
    process.stdout.write(`${text}\n`);
  };
  if (values.help) {
    print(usage.trimEnd());
    return 0;
  }
  if (values['dry-run']) {
    await runDryRun(print);
    return 0;
  }
  extendPath();
  if (!isInSandbox()) {
    const missing = missingRequirement();
    if (missing === undefined) return runInSandbox(words);
    process.stderr.write(`${missing}\n`);
    return 1;
  }
  const signal = stopSignal();
  const report = createReport(values.json ? 'json' : 'text', print);
  const host = await createHost(values.firewall);
  try {
    await runDemo(host, {
      signal,
      report,
      drawn: (svg) => saveDrawing(values.svg, svg, report),
      ...(values.keep ? { beforeTeardown: () => keepUp(signal, report) } : {}),
    });
  } finally {
    await Promise.all([host.netdev.close(), host.firewall.close(), host.dhcp.close()]);
  }
  const status = report.finish();
  return signal.aborted && !values.keep ? 130 : status;
}

/** In the folder asked for, or in the one for temporary files where this user may not write there. */
async function saveDrawing(path: string, svg: string, report: Report): Promise<void> {
  const wanted = resolvePath(path);
  try {
    await writeFile(wanted, svg);
    report.note(`The drawing is in ${wanted}`);
  } catch (error) {
    if (!['EACCES', 'EROFS', 'EPERM'].includes(String((error as NodeJS.ErrnoException).code))) throw error;
    const instead = join(tmpdir(), `virtual-network-${process.getuid?.() ?? 0}.svg`);
    await writeFile(instead, svg);
    report.note(`The drawing is in ${instead} (${wanted} cannot be written)`);
  }
}

/** The user who started the demo: root in here stands for them (user_namespaces(7)). */
function ownerOfSandbox(): number {
  return Number(readFileSync('/proc/self/uid_map', 'utf8').trim().split(/\s+/)[1]);
}

function keepUp(signal: AbortSignal, report: Report): Promise<void> {
  const user = ownerOfSandbox() === 0 ? '' : '-U --preserve-credentials ';
  report.note(`
It stays up until Ctrl-C. To look inside, from another terminal of the same user:
  nsenter -t $(pgrep -n -f 'virtual-network/dist/main[.]js') ${user}-n -m -p bash
and there:
  ip address
  iptables-save
  ip netns exec guest-web ip route
  ip netns exec guest-web busybox ping -c 1 10.10.1.12`);
  if (signal.aborted) return Promise.resolve();
  const busy = setInterval(() => {}, 60_000);
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => {
      clearInterval(busy);
      resolve();
    });
  });
}

// Should the program ever run dry half-way, that is no success.
process.exitCode = 1;

main(process.argv.slice(2)).then(
  (status) => {
    // The channel to the outer process, or a log that is still open, is no reason to linger.
    process.exit(status);
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
