import { spawn } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';

/** A TCP connection that stays open. */
export interface Conversation {
  /** Whether what is said comes back. */
  isAnswered(): Promise<boolean>;
  close(): void;
}

const inside = (space: string, code: string) =>
  spawn('ip', ['netns', 'exec', space, process.execPath, '-e', code], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });

/** Answers whatever is said at some ports of a network namespace, until it is closed. */
export async function startEcho(space: string, ports: readonly number[]): Promise<{ close(): void }> {
  const code = `const net = require('net'); let left = ${ports.length};
    for (const port of ${JSON.stringify(ports)})
      net.createServer((s) => { s.on('error', () => {}); s.pipe(s); }).listen(port, '0.0.0.0', () => { if (--left === 0) console.log('up'); });`;
  const child = inside(space, code);
  await new Promise((resolve) => child.stdout.once('data', resolve));
  return { close: () => void child.kill('SIGKILL') };
}

/** @throws when nobody takes the connection within a second */
export async function openConversation(space: string, host: string, port: number): Promise<Conversation> {
  const code = `const s = require('net').connect(${JSON.stringify({ host, port })});
    s.on('error', () => process.exit(1)); s.on('connect', () => console.log('connected')); setTimeout(() => s.connecting && process.exit(1), 1000);
    s.setNoDelay(true); s.pipe(process.stdout); process.stdin.pipe(s);`;
  const child = inside(space, code);
  let heard = '';
  child.stdout.setEncoding('latin1').on('data', (text) => {
    heard += text;
  });
  child.stdin.on('error', () => {});
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve());
    child.once('exit', () => reject(new Error(`no connection from ${space} to ${host}:${port}`)));
  });
  let said = 0;
  return {
    async isAnswered() {
      said += 1;
      const word = `<${said}>`;
      child.stdin.write(word);
      const until = Date.now() + 600;
      while (Date.now() < until) {
        if (heard.includes(word)) return true;
        await wait(10);
      }
      return false;
    },
    close: () => void child.kill('SIGKILL'),
  };
}
