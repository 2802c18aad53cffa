import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { LeaseEvent, LeaseHandler } from '../../src/dhcpbridge/lease-handler.js';
import type { LeaseRequest } from '../../src/dhcpbridge/receiver.js';

/** The program as it is published. */
export const program = fileURLToPath(new URL('../../dist/dhcpbridge.js', import.meta.url));

/** Handlers that fail, each in its own way; what they do comes instead of what a good one does. */
export const brokenHandlers = {
  throws: `throw new Error('no database')`,
  'waits for ever': `return new Promise(() => {})`,
  'loops for ever': `for (;;);`,
  exits: `process.exit(0)`,
  crashes: `process.kill(process.pid, 'SIGSEGV'); await new Promise(() => {})`,
} as const;

/** A folder with a configuration, a handler module that notes what it gets, and the program's state. */
export async function makeBridgeLab() {
  const folder = await mkdtemp('/run/bridge-');
  const config = join(folder, 'config.json');
  const seen = join(folder, 'seen');
  const environment = { PATH: process.env.PATH, CONFIG_FILE: JSON.stringify([config]), NETWORK_ID: '7' };
  const note = `appendFileSync(${JSON.stringify(seen)}, JSON.stringify(event) + '\\n')`;
  const calls: Readonly<Record<keyof LeaseHandler, string>> = {
    add: note,
    old: note,
    del: note,
    init: 'return []',
  };

  const lab = {
    folder,
    environment,
    configure: (entries: object) =>
      writeFile(
        config,
        JSON.stringify({ stateDirectory: 'state', timeoutMs: 3000, waitMs: 8000, ...entries }),
      ),
    /** Installs a handler module; `code` comes before what it does at each call. */
    async useHandler(code = '', inits = calls.init): Promise<void> {
      const functions = Object.entries({ ...calls, init: inits }).map(
        ([name, work]) => `export async function ${name}(event) { ${code};\n${work}; }\n`,
      );
      await writeFile(
        join(folder, 'handler.mjs'),
        `import { appendFileSync } from 'node:fs';\n${functions.join('')}`,
      );
      await lab.configure({ handler: 'handler.mjs' });
    },
    /** The events that the handler module got. */
    async seen(): Promise<LeaseEvent[]> {
      const text = await readFile(seen, 'utf8').catch(() => '');
      return text
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as LeaseEvent);
    },
    log: () => readFile(join(folder, 'state/7/handler.log'), 'utf8'),
    journal: () => readFile(join(folder, 'state/7/journal.jsonl'), 'utf8'),
    /** Runs the program and waits until all that it printed to is closed, as dnsmasq does. */
    run: (...argv: string[]) => runProgram(argv, environment),
    // A program that hands on may still write into it.
    close: () => rm(folder, { recursive: true, maxRetries: 3 }),
  };
  return lab;
}

export type BridgeLab = Awaited<ReturnType<typeof makeBridgeLab>>;

export interface ProgramResult {
  exitCode: number | null;
  stdout: string;
  stderr: string;
  /** Milliseconds. */
  took: number;
}

function runProgram(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<ProgramResult> {
  const start = performance.now();
  const child = spawn(program, argv, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const texts = { stdout: '', stderr: '' };
  child.stdout.on('data', (part) => {
    texts.stdout += part;
  });
  child.stderr.on('data', (part) => {
    texts.stderr += part;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => resolve({ exitCode, ...texts, took: performance.now() - start }));
  });
}

/** Listens on a unix socket and answers each line. */
export async function listen(
  path: string,
  answer: (request: LeaseRequest) => string | undefined,
): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    createInterface({ input: socket }).on('line', (line) => {
      const text = answer(JSON.parse(line) as LeaseRequest);
      if (text === undefined) socket.end();
      else socket.write(`${text}\n`);
    });
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return server;
}
