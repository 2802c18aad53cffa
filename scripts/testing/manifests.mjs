import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { root } from '../setup/paths.mjs';
import { workspacePackages } from '../setup/workspace.mjs';

/**
 * Which packages of the workspace each package may need at run time. A package that is not named here may need all.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
const mayNeed = {
  'netdev-core': [],
  'netdev-exec': ['netdev-core'],
  'netdev-linux': ['netdev-core', 'netdev-exec'],
  'netdev-freebsd': ['netdev-core', 'netdev-exec'],
  'firewall-iptables': ['netdev-core', 'netdev-exec'],
  'firewall-pf': ['netdev-core', 'netdev-exec'],
  'dhcp-dnsmasq': ['netdev-core', 'netdev-exec'],
  'netdev-conformance': ['netdev-core'],
};

/** @type {[field: string, holds: (manifest: import('../setup/workspace.mjs').Manifest) => boolean][]} */
const demands = [
  ['version', ({ version }) => /^\d+\.\d+\.\d+/.test(version ?? '')],
  ['description', ({ description }) => (description ?? '').length > 20],
  ['keywords', ({ keywords }) => (keywords ?? []).length > 0],
  ['license: Apache-2.0', ({ license }) => license === 'Apache-2.0'],
  ['type: module', ({ type }) => type === 'module'],
  ['engines.node: >=20.5', ({ engines }) => engines?.node === '>=20.5'],
  ['publishConfig.provenance', ({ publishConfig }) => publishConfig?.provenance === true],
  ['sideEffects', ({ sideEffects }) => sideEffects !== undefined],
  [
    'files: dist, README.md, CHANGELOG.md, LICENSE',
    ({ files = [] }) =>
      ['dist', 'README.md', 'CHANGELOG.md', 'LICENSE'].every((name) => files.includes(name)),
  ],
  [
    'exports["."] with import and require',
    ({ exports }) => ['import', 'require'].every((key) => Object(exports?.['.'])[key]),
  ],
];

/**
 * What is wrong with the manifest of a package that is published.
 * @param {import('../setup/workspace.mjs').Manifest} manifest
 * @param {string} folderName
 * @param {readonly string[]} workspaceNames
 * @returns {string[]}
 */
export function manifestProblems(manifest, folderName, workspaceNames) {
  const { name, dependencies = {}, peerDependencies = {}, devDependencies = {} } = manifest;
  const ofWorkspace = Object.entries({ ...devDependencies, ...dependencies }).filter(([to]) =>
    workspaceNames.includes(to),
  );
  const needed = Object.keys({ ...dependencies, ...peerDependencies }).filter((to) =>
    workspaceNames.includes(to),
  );
  const allowed = mayNeed[name] ?? workspaceNames;
  return [
    ...(name === folderName ? [] : [`name: ${name}, the folder is ${folderName}`]),
    ...demands.filter(([, holds]) => !holds(manifest)).map(([field]) => `lacks ${field}`),
    ...ofWorkspace
      .filter(([, range]) => range !== 'workspace:^')
      .map(([to]) => `${to}: the range is workspace:^ here`),
    ...needed.filter((to) => !allowed.includes(to)).map((to) => `must not need ${to}`),
  ];
}

/**
 * Checks the manifest and the accompanying files of every package that is published: one check each.
 * @returns {import('./steps.mjs').Outcome}
 */
export function checkManifests() {
  const packages = workspacePackages();
  const names = packages.map(({ manifest }) => manifest.name);
  const license = readFileSync(join(root, 'LICENSE'), 'utf8');
  const published = packages.filter(({ manifest }) => manifest.private !== true);
  const reports = published.map(({ folder, manifest }) => {
    const problems = manifestProblems(manifest, basename(folder), names);
    const ownLicense = join(folder, 'LICENSE');
    if (!existsSync(join(folder, 'README.md'))) problems.push('has no README.md');
    if (!existsSync(ownLicense) || readFileSync(ownLicense, 'utf8') !== license)
      problems.push('LICENSE is not that of the root');
    return problems.map((problem) => `${manifest.name}: ${problem}`);
  });
  const failed = reports.filter((report) => report.length > 0);
  return { passed: reports.length - failed.length, failed: failed.length, output: failed.flat().join('\n') };
}
