import { expect, it } from 'vitest';
import { inNamespace, pageText, withProgram } from './page-program.js';

it('what the guide shows runs as one program from its first block to its last, and prints what it says', async () => {
  const text = await pageText('docs/getting-started.md');
  const blocks = [...text.matchAll(/^```js\n([\s\S]*?)^```$/gm)].map(([, code]) => code);
  expect(blocks).toHaveLength(4);
  await withProgram(blocks.join('\n'), (program) =>
    inNamespace('getting-started', async (inside) => {
      const printed = await inside(process.execPath, program);
      expect(printed).toMatch(/^true\n\[ 'port0' \]\n\{ changed: true, added: \d+, removed: 0 \}\n\[\]\n$/);
      const links: { ifname: string; master?: string }[] = JSON.parse(
        await inside('ip', '-json', 'link', 'show'),
      );
      expect(links.filter(({ ifname, master }) => ifname.startsWith('vm') && master === 'br0')).toHaveLength(
        100,
      );
      expect(await inside('iptables-save', '-t', 'nat')).toMatch(/-s 10\.0\.0\.0\/24 .*-j MASQUERADE/);
      expect(await inside('sysctl', '-n', 'net.ipv4.ip_forward')).toBe('1\n');
      expect(await inside('ss', '-lun')).toMatch(/10\.0\.0\.1:53|0\.0\.0\.0%br0:67/);
    }),
  );
});
