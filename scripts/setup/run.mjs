import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { programEnvironment, root } from './paths.mjs';

/** A set-up step that cannot go on. Its message is all that the user is shown. */
export class SetupError extends Error {}

/**
 * Calls `end` when this script is to end early: on SIGTERM and SIGHUP, and when its parent has gone. The last is how a
 * SIGTERM or SIGINT to `npm run` shows: npm hands it to the shell between us, which ends without a word to us.
 * SIGINT is left out: Ctrl-C at a terminal reaches every process there by itself.
 * @param {(signal: 'SIGTERM' | 'SIGHUP') => void} end
 */
function onEnd(end) {
  for (const signal of /** @type {const} */ (['SIGTERM', 'SIGHUP'])) process.on(signal, () => end(signal));
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    end('SIGTERM');
  }, 200);
  timer.unref();
}

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();
let watching = false;

function endChildrenWithUs() {
  if (watching) return;
  watching = true;
  onEnd((signal) => {
    for (const child of running) child.kill(signal);
    process.exit(128 + constants.signals[signal]);
  });
}

/**
 * The exit status as a shell would tell it: a signal counts as 128 plus its number.
 * @param {number | null} code
 * @param {NodeJS.Signals | null} signal
 */
function exitStatus(code, signal) {
  return code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
}

/**
 * Runs a program to its end, with nothing on its stdin, and keeps what it prints.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, shell?: boolean }} [options]
 * @returns {Promise<{ status: number, output: string }>}
 */
export function run(command, args, options = {}) {
  const { cwd = root, env = programEnvironment(), shell = false } = options;
  endChildrenWithUs();
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env,
      shell,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(child);
    /** @type {Buffer[]} */
    const chunks = [];
    child.stdout?.on('data', (chunk) => chunks.push(chunk));
    child.stderr?.on('data', (chunk) => chunks.push(chunk));
    /** @param {number} status @param {string} [more] */
    const finish = (status, more = '') => {
      running.delete(child);
      resolve({ status, output: Buffer.concat(chunks).toString('utf8') + more });
    };
    child.on('error', (error) => finish(127, `${command}: ${error.message}\n`));
    child.on('close', (code, signal) => finish(exitStatus(code, signal)));
  });
}

/**
 * Runs a program in our place: it has our stdin and stdout, and its exit status is to be ours. A signal is handed on and
 * waited for, so that the program can tidy up.
 * @param {string} command
 * @param {string[]} args
 * @param {{ env: NodeJS.ProcessEnv, kill?: NodeJS.Signals, stdin?: 'inherit' | 'ignore', seconds?: number }} options
 *   `kill` is sent instead of the signal that came, and after so many `seconds`
 * @returns {Promise<number>}
 */
export function runInOurPlace(command, args, { env, kill, stdin = 'inherit', seconds }) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: [stdin, 'inherit', 'inherit'], env });
    onEnd((signal) => child.kill(kill ?? signal));
    process.on('SIGINT', () => {
      if (process.stdin.isTTY !== true) child.kill(kill ?? 'SIGINT');
    });
    const timer = seconds === undefined ? undefined : setTimeout(() => child.kill(kill), seconds * 1000);
    child.on('error', (error) => reject(new SetupError(`${command}: ${error.message}`)));
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve(exitStatus(code, signal));
    });
  });
}

/**
 * Runs the main part of a script; a SetupError becomes a message and exit status 1.
 * @param {() => Promise<number>} main
 */
export async function runMain(main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
