import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Variant } from 'firewall-iptables';
import type { IntentGroup } from 'netdev-core';
import type { Space } from './space.js';

/** Reads what it wants to have from its standard input, says so, and applies it. */
const program = `
  import { createIptablesFirewall } from 'firewall-iptables';
  import { createMemoryLocks } from 'netdev-exec';
  let input = '';
  for await (const text of process.stdin) input += text;
  const { groups, options } = JSON.parse(input);
  const firewall = await createIptablesFirewall({ ...options, locks: createMemoryLocks() });
  for (const group of groups) await firewall.put(group);
  console.log('ready');
  await firewall.apply();`;

/** Has a program of its own apply these groups, and kills it so long after it began; what it started ends by itself. */
export async function killedInApply(
  space: Space,
  variant: Variant,
  groups: readonly IntentGroup[],
  afterMs: number,
): Promise<void> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  child.stdin.end(JSON.stringify({ groups, options: { namespace: { name: space.name }, variant } }));
  await once(child.stdout, 'data');
  await pause(afterMs);
  child.kill('SIGKILL');
  await ended;
  while ((await space.processes()).length > 0) await pause(5);
}
