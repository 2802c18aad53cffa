import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { programEnvironment, root } from '../../setup/paths.mjs';
import { runInOurPlace, SetupError } from '../../setup/run.mjs';
import { guestFiles } from './guest-files.mjs';
import { initialFiles } from './initial-files.mjs';

/** The exit status of timeout(1) for a command whose time was up. */
const timeUp = 124;

/** And of a program that ended by SIGKILL, to a shell. */
const killed = 137;

/** @param {string} text */
function quoted(text) {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** @param {readonly string[]} command @param {{ programs: string[], libraries: string[] }} guest */
function commandScript(command, { programs, libraries }) {
  const { PATH: outside = '' } = programEnvironment([join(root, 'node_modules', '.bin')]);
  const PATH = [outside, ...programs].join(':');
  const env = {
    PATH,
    LD_LIBRARY_PATH: libraries.join(':'),
    HOME: '/run',
    LANG: 'C.UTF-8',
    CI: '1',
    NETDEV_SANDBOX: '1',
    NETDEV_VM: '1',
  };
  const variables = Object.entries(env).map(([name, value]) => quoted(`${name}=${value}`));
  return [
    `cd ${quoted(process.cwd())} || exit 125`,
    `exec env -i ${variables.join(' ')} ${command.map(quoted).join(' ')}`,
    '',
  ].join('\n');
}

/** @param {{ image: string, initrd: string, console: string, shared: string }} files */
function qemuArguments({ image, initrd, console, shared }) {
  // A comma ends a value in qemu's options, unless it is doubled.
  const path = (/** @type {string} */ name) => name.replaceAll(',', ',,');
  return [
    // No -accel kvm, not even to be tried first: a /dev/kvm that cannot do all makes qemu abort, or the machine hang.
    // One processor: with two, atomic instructions and clocks that both agree on cost more than the second brings.
    ...['-accel', 'tcg,thread=multi', '-cpu', 'max', '-smp', '1', '-m', '2048'],
    ...['-nodefaults', '-no-user-config', '-no-reboot', '-display', 'none', '-nic', 'none'],
    ...['-serial', `file:${path(console)}`, '-serial', 'stdio'],
    ...['-kernel', image, '-initrd', initrd, '-append', 'console=ttyS0 quiet panic=-1'],
    ...['-fsdev', 'local,id=outside,path=/,security_model=none,readonly=on,multidevs=remap'],
    ...['-device', 'virtio-9p-pci,fsdev=outside,mount_tag=outside'],
    ...['-fsdev', `local,id=shared,path=${path(shared)},security_model=none,multidevs=remap`],
    ...['-device', 'virtio-9p-pci,fsdev=shared,mount_tag=shared'],
  ];
}

/**
 * Runs a command as root in a virtual machine: Debian's stock kernel, the files of this machine with a layer in memory
 * on top, no network. What the command prints goes to stdout.
 * @param {readonly string[]} command
 * @param {{ seconds: number, shared?: string | undefined }} options `seconds` after which the machine is stopped;
 *   `shared` is a folder that the command may write for the machine outside to read, under the same path
 * @returns {Promise<number>} the command's exit status; 124 when its time was up
 * @throws {SetupError} when the machine did not come to an end of the command
 */
export async function runVm(command, { seconds, shared }) {
  const { kernel, busybox, ...guest } = await guestFiles();
  const own = mkdtempSync(join(tmpdir(), 'netdev-vm-'));
  const folder = shared ?? own;
  const files = {
    image: kernel.image,
    initrd: join(own, 'initrd'),
    console: join(own, 'console'),
    shared: folder,
  };
  const status = join(folder, 'status');
  try {
    rmSync(status, { force: true });
    writeFileSync(join(folder, 'command'), commandScript(command, guest));
    writeFileSync(files.initrd, initialFiles(kernel, { busybox, shared: folder }));
    const ended = await runInOurPlace('qemu-system-x86_64', qemuArguments(files), {
      env: programEnvironment(),
      kill: 'SIGKILL',
      stdin: 'ignore',
      seconds,
    });
    if (existsSync(status)) return Number(readFileSync(status, 'utf8'));
    if (ended === killed) {
      process.stderr.write(`The virtual machine was killed, as it is after ${seconds} s\n`);
      return timeUp;
    }
    const said = existsSync(files.console) ? readFileSync(files.console, 'utf8') : '';
    throw new SetupError(
      `The virtual machine ended early (qemu: ${ended}). Its console:\n${said.slice(-4000)}`,
    );
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
}
