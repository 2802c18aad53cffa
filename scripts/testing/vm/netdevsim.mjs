import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { downloadPackage } from '../../setup/debian.mjs';
import { run, SetupError } from '../../setup/run.mjs';

/** @param {string} command @param {string[]} args */
async function must(command, args) {
  const { status, output } = await run(command, args);
  if (status !== 0) throw new SetupError(`${command} ${args.join(' ')}: exit status ${status}\n${output}`);
}

/** @param {string} name of a Debian package @param {string} folder */
async function unpack(name, folder) {
  const download = mkdtempSync(join(folder, 'download-'));
  await must('dpkg-deb', ['-x', await downloadPackage(name, download), folder]);
  rmSync(download, { recursive: true });
}

/**
 * Builds netdevsim, the kernel's own simulated network card with virtual functions, from Debian's kernel source for
 * Debian's kernel, which comes without it.
 * @param {string} version `6.1.0-56-amd64`
 * @param {string} target a folder for netdevsim.ko, which is made
 * @throws {SetupError} when something cannot be downloaded or built
 */
export async function buildNetdevsim(version, target) {
  const series = version.split('.').slice(0, 2).join('.');
  const folder = mkdtempSync(join(tmpdir(), 'netdev-netdevsim-'));
  try {
    const headers = [version, version.replace(/[^-]*$/, 'common')].map((one) => `linux-headers-${one}`);
    for (const name of [...headers, `linux-kbuild-${series}`, `linux-source-${series}`])
      await unpack(name, folder);
    const source = join(folder, 'usr', 'src');
    const [own = '', common = ''] = headers.map((name) => join(source, name));
    const inside = `linux-source-${series}/drivers/net/netdevsim`;
    await must('tar', ['-xf', join(source, `linux-source-${series}.tar.xz`), '-C', source, inside]);
    const module = join(source, inside);
    const settings = [
      `srctree=${common}`,
      `M=${module}`,
      'CONFIG_NETDEVSIM=m',
      'CONFIG_DEBUG_INFO_BTF_MODULES=',
    ];
    // The headers' own Makefile expects them to be installed.
    await must('make', ['-C', own, '-f', join(common, 'Makefile'), ...settings, 'modules']);
    mkdirSync(target, { recursive: true });
    for (const name of readdirSync(module).filter((one) => one.endsWith('.ko')))
      copyFileSync(join(module, name), join(target, name));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
