import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

/** On a platform that is not Linux; says what it ran, and which native code it has loaded. */
const program = `
Object.defineProperty(process, 'platform', { value: 'freebsd' });
const { createOpenVSwitch } = await import('netdev-linux');
const ran = [];
const runner = { run: async (argv) => (ran.push(argv.join(' ')), { argv, exitCode: 0, stdout: '', stderr: '' }) };
await createOpenVSwitch({ runner }).addBridge('br-int', { datapathType: 'netdev' });
const { sharedObjects } = process.report.getReport();
console.log(JSON.stringify({ ran, native: sharedObjects.filter((file) => file.endsWith('.node')) }));
`;

it('speaks to Open vSwitch on any platform, without native code', () => {
  const folder = fileURLToPath(new URL('..', import.meta.url));
  const printed = execFileSync(process.execPath, ['--input-type=module', '-e', program], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(JSON.parse(printed)).toEqual({
    ran: ['ovs-vsctl --timeout=10 -- --may-exist add-br br-int -- set Bridge br-int datapath_type=netdev'],
    native: [],
  });
});
