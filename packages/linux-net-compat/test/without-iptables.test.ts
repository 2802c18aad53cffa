import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const packages = fileURLToPath(new URL('../../', import.meta.url));
let project: string;

// As `npm install linux-net-compat` leaves it on a host without iptables: no package for Linux is there.
beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'netdev-compat-'));
  const modules = join(project, 'node_modules');
  mkdirSync(join(modules, 'linux-net-compat'), { recursive: true });
  for (const part of ['dist', 'package.json'])
    cpSync(join(packages, 'linux-net-compat', part), join(modules, 'linux-net-compat', part), {
      recursive: true,
    });
  for (const name of ['dhcp-dnsmasq', 'netdev-core', 'netdev-exec'])
    symlinkSync(join(packages, name), join(modules, name));
});
afterAll(() => rmSync(project, { recursive: true }));

const use = `
  const asked = [];
  const firewall = { name: 'firewall-of-mine', put: async ({ key }) => asked.push(key), apply: async () => asked.push('apply') };
  const net = createLinuxNet({ firewall, binaryName: 'app' });
  const codeOf = (use) => { try { use(); return 'none'; } catch ({ code, message }) { return [code, message]; } };
  net.metadataForward().then(() => console.log(JSON.stringify({
    asked,
    table: codeOf(() => new IptablesTable('filter', 'app')),
    ours: codeOf(() => net.createIptablesTable()),
    manager: codeOf(() => createLinuxNet({ firewall: 'firewall-iptables' }).iptablesManager.ipv4),
  })));
`;

describe.each([
  [
    'an ES module',
    ['--input-type=module', '-e'],
    "import { createLinuxNet, IptablesTable } from 'linux-net-compat';",
  ],
  ['a CommonJS module', ['-e'], "const { createLinuxNet, IptablesTable } = require('linux-net-compat');"],
])('without firewall-iptables, from %s', (_, words, load) => {
  it('the functions for networks work by intents, and the tables of iptables say what is missing', () => {
    const printed = execFileSync(process.execPath, [...words, load + use], {
      cwd: project,
      encoding: 'utf8',
      // pnpm's launchers put every package of the workspace within reach (NODE_PATH).
      env: { PATH: process.env.PATH },
    });
    const missing = ['UNSUPPORTED', expect.stringContaining('npm install firewall-iptables')];
    expect(JSON.parse(printed)).toEqual({
      asked: ['metadata/forward', 'apply'],
      table: missing,
      ours: missing,
      manager: ['UNSUPPORTED', expect.stringContaining('no raw tables')],
    });
  });
});
