import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { simulatedDriver } from './simulated.js';

it('the README’s example runs, on a simulated host', async () => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  const [, code = ''] = /```js\n([\s\S]*?)```/.exec(readme) ?? [];
  const body = code.replace(/^import .*\n/gm, '');
  expect(body).toContain('createNamespace');
  const { host, driver } = await simulatedDriver();
  const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor;
  await new AsyncFunction('resolve', body)(async () => driver);
  expect(host.run(['ifconfig', '-l']).stdout).toBe('lo0 br100 tap-g1 port0\n');
  expect(host.run(['jexec', 'guest', 'ifconfig', '-l']).stdout).toBe('lo0 eth0\n');
});
