// npm run vm -- [--shared FOLDER] [--seconds N] COMMAND [ARGS]: runs a command as root in a virtual machine.
//
// For kernel features that the machine's own kernel may lack (8021q, dummy, openvswitch, netdevsim): the command has
// Debian's stock kernel under it and sees this machine's files; what it writes is gone with it, but for FOLDER.
// The processor is emulated: about 10 s to start, and then ten times slower. NETDEV_VM=1 tells the command.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { ensureTools } from './setup/debian.mjs';
import { runMain, SetupError } from './setup/run.mjs';
import { runVm } from './testing/vm/run-vm.mjs';

const usage = 'usage: npm run vm -- [--shared FOLDER] [--seconds N] COMMAND [ARGS]';

/** Options end at the command, whose own are not ours. @param {string[]} args */
function split(args) {
  /** @type {{ shared?: string, seconds: string, command: string[] }} */
  const given = { seconds: '600', command: args };
  for (;;) {
    const [name, value = '', ...rest] = given.command;
    if (name !== '--shared' && name !== '--seconds') return given;
    given[name === '--shared' ? 'shared' : 'seconds'] = value;
    given.command = rest;
  }
}

await runMain(async () => {
  const { shared, seconds, command } = split(process.argv.slice(2));
  if (command[0] === undefined || command[0].startsWith('-') || !/^[1-9]\d*$/.test(seconds))
    throw new SetupError(usage);
  if (shared !== undefined && !existsSync(shared)) throw new SetupError(`There is no folder ${shared}`);
  await ensureTools('test');
  return runVm(command, {
    seconds: Number(seconds),
    shared: shared === undefined ? undefined : resolve(shared),
  });
});
