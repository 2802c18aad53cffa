import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** What a program came to. */
export interface Ended {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** Something open in a network namespace that data comes in at: a wire or a connection. */
export interface Line {
  /** Settles when the data is on its way. */
  send(data: Buffer): Promise<void>;
  close(): Promise<void>;
}

/** Is told what comes in, and where that can be told from where. */
type Hear = (data: Buffer, from: string) => void;

/**
 * A program that works in network namespaces for this test process: a start of a program from Node, which is big, takes
 * several times as long as from it, and one by way of ip-netns(8) or nsenter(1) is two.
 */
interface Agent {
  ask(work: string, ...words: (string | Buffer | number)[]): Promise<Buffer[]>;
  /** Gives what comes in at a line to somebody. */
  listen(number: string, hear: Hear): void;
}

const program = fileURLToPath(new URL('agent.pl', import.meta.url));
let started: Agent | undefined;

function agent(): Agent {
  started ??= startAgent();
  return started;
}

function startAgent(): Agent {
  const child = spawn('perl', [program], { stdio: ['pipe', 'pipe', 'inherit'] });
  const asked = new Map<string, { resolve(words: Buffer[]): void; reject(error: Error): void }>();
  const listeners = new Map<string, Hear>();
  /** What came in before anybody listened: an answer is told a moment after it came. */
  const unheard = new Map<string, Parameters<Hear>[]>();
  let last = 0;
  const failAll = (): void => {
    started = undefined;
    for (const { reject } of asked.values()) reject(new Error('the agent of the tests is gone'));
    asked.clear();
  };
  child.stdin.on('error', failAll);
  child.on('exit', failAll);
  createInterface({ input: child.stdout }).on('line', (line) => {
    const [id = '', ...words] = line.split(' ');
    const data = words.map((word) => (word === '-' ? Buffer.alloc(0) : Buffer.from(word, 'hex')));
    const [first = Buffer.alloc(0), second = ''] = data;
    if (id.startsWith('@')) {
      const number = id.slice(1);
      const hear = listeners.get(number);
      if (hear === undefined) unheard.set(number, [...(unheard.get(number) ?? []), [first, String(second)]]);
      else hear(first, String(second));
      return;
    }
    const waiting = asked.get(id.replace('!', ''));
    asked.delete(id.replace('!', ''));
    if (id.endsWith('!')) waiting?.reject(new Error(first.toString('utf8').trim()));
    else waiting?.resolve(data);
  });
  letGo(child);
  return {
    ask: (work, ...words) =>
      new Promise((resolve, reject) => {
        last += 1;
        asked.set(String(last), { resolve, reject });
        child.stdin.write(`${[last, work, ...words.map(hexOf)].join(' ')}\n`);
      }),
    listen(number, hear) {
      listeners.set(number, hear);
      for (const words of unheard.get(number) ?? []) hear(...words);
      unheard.delete(number);
    },
  };
}

/** It does not keep the test process alive, and ends with it. */
function letGo(child: ChildProcess): void {
  child.unref();
  for (const stream of [child.stdin, child.stdout]) (stream as Socket | null)?.unref();
}

function hexOf(word: string | Buffer | number): string {
  return Buffer.from(typeof word === 'number' ? String(word) : word).toString('hex') || '-';
}

/** Runs a program in a network namespace, or where the tests are (`''`), whatever its exit status. */
export async function runIn(space: string, argv: readonly string[], input = ''): Promise<Ended> {
  const [exitCode, stdout, stderr] = await agent().ask('run', space, input, ...argv);
  return { exitCode: Number(exitCode), stdout: String(stdout), stderr: String(stderr) };
}

/** The output of a program in a network namespace. @throws when it fails; the error has its `stdout` and `stderr` */
export async function outputIn(space: string, argv: readonly string[], input = ''): Promise<string> {
  const { exitCode, stdout, stderr } = await runIn(space, argv, input);
  if (exitCode === 0) return stdout;
  throw Object.assign(new Error(`${argv.join(' ')}: status ${exitCode}\n${stderr}`), { stdout, stderr });
}

/** Commands of ip(8) without that word, a line each, all by one program. */
export async function ipBatchIn(space: string, lines: readonly string[]): Promise<void> {
  // Its namespace has none of its own yet, or no longer; and a shell in each would take longer than this.
  const where = space === '' ? [] : ['-netns', space];
  await outputIn('', ['ip', ...where, '-batch', '-'], `${lines.join('\n')}\n`);
}

/** Makes network namespaces. */
export async function addSpaces(...spaces: string[]): Promise<void> {
  await ipBatchIn(
    '',
    spaces.map((space) => `netns add ${space}`),
  );
}

/** Closes all that is open in network namespaces, and deletes them. */
export async function removeSpaces(...spaces: string[]): Promise<void> {
  await Promise.all(spaces.map(leave));
  await ipBatchIn(
    '',
    spaces.map((space) => `netns delete ${space}`),
  );
}

/** Settings of the kernel in a network namespace, by their names for sysctl(8). */
export async function setIn(space: string, settings: Readonly<Record<string, number>>): Promise<void> {
  await agent().ask('set', space, ...Object.entries(settings).flat());
}

/** Opens a device for frames as they are. */
export async function openDevice(space: string, device: string, hear: Hear): Promise<Line> {
  return lineOf(String((await agent().ask('wire', space, device))[0]), hear);
}

/** Opens a TCP connection that stays. @throws when it does not stand in time */
export async function openConnection(
  space: string,
  to: { address: string; port: number; withinMs: number },
  hear: Hear,
): Promise<Line> {
  const [number] = await agent().ask('dial', space, to.address, to.port, to.withinMs);
  return lineOf(String(number), hear);
}

/** Opens a UDP port. */
export async function openPort(
  space: string,
  port: number,
  family: 'ipv4' | 'ipv6',
  hear: Hear,
): Promise<Line> {
  return lineOf(String((await agent().ask('hear', space, port, family))[0]), hear);
}

/** Sends one datagram of UDP from a port, which may be one of those that are open; 0: from any. */
export async function postIn(
  space: string,
  datagram: { source?: string; from: number; to: string; port: number; data: string },
): Promise<void> {
  const { source = '', from, to, port, data } = datagram;
  await agent().ask('post', space, source, from, to, port, data);
}

/** The datagram that answers one, or `undefined` when nothing comes back in time. */
export async function questionIn(
  space: string,
  question: { to: string; port: number; data: Buffer; withinMs: number },
): Promise<Buffer | undefined> {
  const { to, port, data, withinMs } = question;
  return (await agent().ask('question', space, to, port, withinMs, data))[0];
}

/** Whether a ping is answered in time. */
export async function pingIn(space: string, address: string, withinMs: number): Promise<boolean> {
  return String((await agent().ask('ping', space, address, withinMs))[0]) === '1';
}

/** Takes TCP connections, and tells what is said by them. */
export async function openServer(space: string, port: number, hear: Hear): Promise<Line> {
  return lineOf(String((await agent().ask('take', space, port))[0]), hear);
}

/** Says something to whom takes a TCP connection in time, if anybody does. */
export async function tellIn(
  space: string,
  words: { source?: string; to: string; port: number; data: string; withinMs: number },
): Promise<void> {
  const { source = '', to, port, data, withinMs } = words;
  await agent().ask('tell', space, to, port, source, withinMs, data);
}

function lineOf(number: string, hear: Hear): Line {
  agent().listen(number, hear);
  return {
    async send(data) {
      await agent().ask('send', number, data);
    },
    async close() {
      await agent().ask('close', number);
    },
  };
}

/** Answers TCP connections to a port with the address that they come from, or with what they say. */
export async function serveIn(space: string, port: number, what: 'peer' | 'echo'): Promise<void> {
  await agent().ask('serve', space, port, what);
}

/** What a server says first, or `undefined` when nothing comes back in time. */
export async function askIn(
  space: string,
  to: { address: string; port: number; source?: string; withinMs: number },
): Promise<string | undefined> {
  const words = await agent().ask('ask', space, to.address, to.port, to.source ?? '', to.withinMs);
  return words[0]?.toString('utf8');
}

/** Closes all that is open in a network namespace, which lives for as long as a socket does. */
export async function leave(space: string): Promise<void> {
  await agent().ask('leave', space);
}
