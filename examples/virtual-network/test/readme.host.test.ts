import { expect, it } from 'vitest';
import { inNamespace, pageText, withProgram } from './page-program.js';

it("the README's program does what it says, twice", async () => {
  const text = await pageText('README.md');
  const code = /<!-- run by \S+readme\.host\.test\.ts -->\n```js\n([\s\S]*?)```/.exec(text)?.[1];
  expect(code).toBeDefined();
  await withProgram(String(code), (program) =>
    inNamespace('readme', async (inside) => {
      for (let time = 1; time <= 2; time++)
        expect(await inside(process.execPath, program)).toBe("[ 'vm1' ]\n");
      const [bridge] = JSON.parse(await inside('ip', '-json', 'address', 'show', 'br0'));
      expect(bridge.addr_info.filter(({ family }: { family: string }) => family === 'inet')).toMatchObject([
        { local: '10.0.0.1', prefixlen: 24 },
      ]);
      expect(await inside('iptables-save', '-t', 'nat')).toMatch(/-s 10\.0\.0\.0\/24 .*-j MASQUERADE/);
      expect(await inside('ss', '-lun')).toMatch(/10\.0\.0\.1:53|0\.0\.0\.0%br0:67/);
    }),
  );
});
