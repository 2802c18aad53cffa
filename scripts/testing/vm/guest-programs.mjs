import { join } from 'node:path';
import { cachedPackage } from './cached-package.mjs';

/**
 * The Debian 12 packages with the programs that the virtual machine has besides those of the machine outside, where the
 * first would be installed as a service that starts with the machine; and the libraries that they need. Host tests of
 * Open vSwitch start the same.
 */
const packages = [
  ...['openvswitch-switch', 'openvswitch-common'],
  ...[
    'libbpf1',
    'libcap-ng0',
    'libevent-2.1-7',
    'libgmp10',
    'libhogweed6',
    'libnettle8',
    'libnuma1',
    'libssl3',
  ],
  ...['libunbound8', 'libxdp1'],
];

const programFolders = ['usr/sbin', 'usr/bin', 'usr/lib/openvswitch-switch'];
const libraryFolders = ['usr/lib/x86_64-linux-gnu', 'lib/x86_64-linux-gnu'];

/**
 * Folders of programs and of libraries, downloaded where they are not in the cache.
 * @returns {Promise<{ programs: string[], libraries: string[] }>}
 * @throws {import('../../setup/run.mjs').SetupError}
 */
export async function guestPrograms() {
  /** @type {string[]} */
  const roots = [];
  for (const name of packages) roots.push(await cachedPackage(name));
  /** @param {string[]} folders */
  const inEach = (folders) => roots.flatMap((root) => folders.map((folder) => join(root, folder)));
  return { programs: inEach(programFolders), libraries: inEach(libraryFolders) };
}
