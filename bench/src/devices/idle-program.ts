import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { inFreshNamespace } from '../runner/namespaces.js';
import { heldUp } from '../runner/program-health.js';
import { ipBatchText, type Workload } from './workload.js';

/** How often the links are made: together they take about as long as ours takes for everything. */
const TIMES = 3;

/**
 * For how long a program is held up that only waits while `ip -batch` makes the links, in milliseconds: what the machine
 * itself does to a program meanwhile. No library can do better.
 */
export async function idleProgramHeldUp({ make }: Workload): Promise<number> {
  const text = ipBatchText(make);
  const longest: number[] = [];
  for (let time = 0; time < TIMES; time++) {
    await inFreshNamespace(async (namespace) => {
      const child = spawn('ip', ['-n', namespace, '-batch', '-'], { stdio: ['pipe', 'ignore', 'inherit'] });
      child.stdin.write(text);
      const { result, longestMs } = await heldUp(async () => {
        child.stdin.end();
        return (await once(child, 'close'))[0] as number | null;
      });
      if (result !== 0) throw new Error(`ip -batch ended with ${result}`);
      longest.push(longestMs);
    });
  }
  return Math.max(...longest);
}
