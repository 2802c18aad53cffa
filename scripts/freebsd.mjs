// npm run test:freebsd: the tests that need a FreeBSD host. They work in vnet jails of their own; what they need besides is root,
// the package dnsmasq, and the modules of the devices, which cannot be loaded from within a jail.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { buildAndSay } from './setup/build.mjs';
import { ensureInstalled } from './setup/install.mjs';
import { programEnvironment, root } from './setup/paths.mjs';
import { runInOurPlace, runMain, SetupError } from './setup/run.mjs';
import { workspacePackages } from './setup/workspace.mjs';

const modules = ['if_bridge', 'if_tuntap', 'if_epair', 'if_vlan', 'pf'];
/** What the tests import, in order. */
const needed = [
  'netdev-core',
  'netdev-exec',
  'netdev-conformance',
  'netdev-freebsd',
  'firewall-pf',
  'dhcp-dnsmasq',
];

function requireHost() {
  if (process.platform !== 'freebsd')
    throw new SetupError(`This is ${process.platform}: these tests need FreeBSD 13 or 14. On any other machine the same suites
run on a simulated host: npm run test:unit -- packages/netdev-freebsd packages/firewall-pf packages/dhcp-dnsmasq/test/freebsd`);
  if (process.getuid?.() !== 0) throw new SetupError('These tests need root: they make jails and devices.');
}

/** One at a time: that a module is there already is no reason to leave out the rest. */
function loadModules() {
  for (const module of modules) spawnSync('kldload', [module], { stdio: 'ignore' });
}

await runMain(async () => {
  requireHost();
  await ensureInstalled();
  await buildAndSay(workspacePackages().filter(({ manifest }) => needed.includes(manifest.name)));
  loadModules();
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  return runInOurPlace(process.execPath, [vitest, 'run', '--project', 'freebsd', ...process.argv.slice(2)], {
    env: programEnvironment(),
  });
});
