import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);
const page = fileURLToPath(new URL('../../../docs/freebsd.md', import.meta.url));
// Beside the example's node_modules, so that the packages are found as a user's program finds them.
const program = fileURLToPath(new URL(`../freebsd-guide-${randomUUID()}.mjs`, import.meta.url));

it('what the guide to FreeBSD shows for other machines runs on this one', async () => {
  const text = await readFile(page, 'utf8');
  const code = /## Tested where you do not have FreeBSD\n\n```js\n([\s\S]*?)```/.exec(text)?.[1];
  await writeFile(program, `${code}\nconsole.log(host.run(['ifconfig', '-l']).stdout);\n`);
  try {
    const { stdout } = await run(process.execPath, [program]);
    expect(stdout.split(/\s/)).toContain('br100');
  } finally {
    await rm(program);
  }
});
