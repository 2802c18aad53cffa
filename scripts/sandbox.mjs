// npm run sandbox -- COMMAND [ARGS]: runs a command in private namespaces, away from the machine's own network.
//
// The command sees a network namespace with nothing but `lo`, an empty /run, a /sys and a /proc to match, and no
// process but its own. Whatever it leaves behind (devices, rules, named namespaces, daemons) ends with it.
// NETDEV_SANDBOX=1 tells it so. Works as root and, where the kernel allows user namespaces, for everybody.
import { spawnSync } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { programEnvironment, root } from './setup/paths.mjs';
import { runInOurPlace, runMain, SetupError } from './setup/run.mjs';

const isolation = [
  '--net',
  '--mount',
  '--pid',
  '--fork',
  '--kill-child',
  '--mount-proc',
  '--propagation=private',
];
const asRoot = ['unshare', ...isolation];

// The user namespace is made by a step of its own: /proc/net files of a network namespace belong to whoever is root
// in its user namespace at the time it is made, and in a joint `unshare -rn` nobody is yet. iptables-legacy-save
// could not read /proc/net/ip_tables_names then.
const asUser = ['unshare', '--map-root-user', ...asRoot];

// Runs as process 1 of the new PID namespace. It stays a shell (no exec) because process 1 has to reap what daemons
// leave behind, which Node does not. /run holds xtables.lock and the named network namespaces.
const enter = `
if [ "$(readlink /proc/self/ns/net)" = "$NETDEV_OUTER_NETNS" ]; then
  echo 'sandbox: still in the network namespace of the machine' >&2; exit 125
fi
unset NETDEV_OUTER_NETNS
mount -t tmpfs -o mode=0755 tmpfs /run
mkdir /run/lock /run/netns
mount -t sysfs sysfs /sys
ip link set lo up
set +e
"$@"
exit $?
`;

/** @returns {string[]} the command line that makes the namespaces */
function namespaceCommand() {
  const candidates = process.getuid?.() === 0 ? [asRoot, asUser] : [asUser];
  const refusals = candidates.map((candidate) => {
    const [command = '', ...args] = candidate;
    const { status, stderr, error } = spawnSync(command, [...args, 'true'], { env, encoding: 'utf8' });
    return status === 0 ? undefined : `${candidate.join(' ')}: ${error?.message ?? stderr.trim()}`;
  });
  const usable = candidates[refusals.indexOf(undefined)];
  if (usable !== undefined) return usable;
  throw new SetupError(
    [
      'No private namespaces can be had here:',
      ...refusals.map((line) => `  ${line}`),
      'Run this as root, or allow user namespaces (sysctl user.max_user_namespaces, kernel.unprivileged_userns_clone,',
      'kernel.apparmor_restrict_unprivileged_userns); in a container both need it to be privileged.',
    ].join('\n'),
  );
}

const env = programEnvironment([join(root, 'node_modules', '.bin')]);

await runMain(async () => {
  const command = process.argv.slice(2);
  if (command.length === 0) throw new SetupError('usage: npm run sandbox -- COMMAND [ARGS]');
  if (process.platform !== 'linux')
    throw new SetupError(`The sandbox needs Linux; here is ${process.platform}.`);

  const [unshare = '', ...args] = [...namespaceCommand(), 'sh', '-euc', enter, 'sandbox', ...command];
  // Killing unshare kills process 1 of the namespace, and the kernel everything else in there.
  return runInOurPlace(unshare, args, {
    env: { ...env, NETDEV_SANDBOX: '1', NETDEV_OUTER_NETNS: readlinkSync('/proc/self/ns/net') },
    kill: 'SIGKILL',
  });
});
