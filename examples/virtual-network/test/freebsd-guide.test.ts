import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { pageText, withProgram } from './page-program.js';

const run = promisify(execFile);

it('what the guide to FreeBSD shows for other machines runs on this one', async () => {
  const text = await pageText('docs/freebsd.md');
  const code = /## Tested where you do not have FreeBSD\n\n```js\n([\s\S]*?)```/.exec(text)?.[1];
  const whole = `${code}\nconsole.log(host.run(['ifconfig', '-l']).stdout);\n`;
  const { stdout } = await withProgram(whole, (program) => run(process.execPath, [program]));
  expect(stdout.split(/\s/)).toContain('br100');
});
