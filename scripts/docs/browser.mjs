import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { programEnvironment } from '../setup/paths.mjs';

/** How long the browser may take for one answer, also on a busy machine. */
const DEADLINE_MS = 120_000;

/** @typedef {{ method: string, params: Record<string, any>, sessionId?: string }} BrowserEvent */

/**
 * A headless Chromium, spoken to in its DevTools protocol over two pipes (--remote-debugging-pipe): messages in JSON, each
 * ended by a NUL.
 */
export function openBrowser() {
  const profile = mkdtempSync(join(tmpdir(), 'netdev-browser-'));
  const child = spawn(
    'chromium-headless-shell',
    [
      ...['--remote-debugging-pipe', '--disable-gpu', '--hide-scrollbars'],
      // Its own sandbox needs privileges that a container does not give; it reads nothing but pages of ours.
      ...['--no-sandbox', '--disable-dev-shm-usage', `--user-data-dir=${profile}`, 'about:blank'],
    ],
    // Debian's is a shell script around the browser: the two are ended together, as a group.
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'], env: programEnvironment(), detached: true },
  );
  const [, , , sink, source] = /** @type {import('node:stream').Duplex[]} */ (
    /** @type {unknown} */ (child.stdio)
  );
  /** @type {Map<number, { resolve: (result: any) => void, reject: (error: Error) => void }>} */
  const waiting = new Map();
  /** @type {Set<(event: BrowserEvent) => void>} */
  const listeners = new Set();
  let text = '';
  source?.setEncoding('utf8').on('data', (/** @type {string} */ chunk) => {
    const messages = (text + chunk).split('\0');
    text = messages.pop() ?? '';
    for (const message of messages.map((each) => JSON.parse(each))) {
      const asked = waiting.get(message.id);
      waiting.delete(message.id);
      if (asked === undefined) for (const listener of listeners) listener(message);
      else if (message.error === undefined) asked.resolve(message.result);
      else asked.reject(new Error(message.error.message));
    }
  });
  /** @param {Error} error */
  const giveUp = (error) => {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  sink?.on('error', giveUp);
  child.on('error', giveUp);
  const ended = new Promise((resolve) => child.on('close', resolve));
  ended.then(() => giveUp(new Error('chromium has ended')));

  let last = 0;
  return {
    listeners,
    /**
     * @param {string} method
     * @param {object} [params]
     * @param {string} [sessionId]
     * @returns {Promise<any>}
     */
    ask(method, params = {}, sessionId) {
      last += 1;
      const id = last;
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`chromium did not answer ${method}`)), DEADLINE_MS);
        /** @template T @param {(value: T) => void} then @returns {(value: T) => void} */
        const settled = (then) => (value) => {
          clearTimeout(timer);
          then(value);
        };
        waiting.set(id, { resolve: settled(resolve), reject: settled(reject) });
        sink?.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
      });
    },
    async close() {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It has ended.
      }
      await ended;
      rmSync(profile, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}
