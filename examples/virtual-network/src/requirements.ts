import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { sandboxCommand } from './sandbox.js';

/** The programs that the demo runs, by the Debian package that has them. */
const tools: Readonly<Record<string, readonly string[]>> = {
  'util-linux': ['unshare', 'nsenter'],
  iproute2: ['ip'],
  iptables: ['iptables', 'iptables-save', 'iptables-restore', 'ip6tables-save', 'ebtables', 'ebtables-save'],
  'dnsmasq-base': ['dnsmasq'],
  busybox: ['busybox'],
};

const sbin = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** An ordinary user's PATH often lacks the folders where network tools are. */
export function extendPath(): void {
  const have = (process.env.PATH ?? '').split(delimiter);
  process.env.PATH = [...have, ...sbin.filter((directory) => !have.includes(directory))].join(delimiter);
}

/** What is missing on this machine, and the one command that fixes it; `undefined` when nothing is. */
export function missingRequirement(): string | undefined {
  if (process.platform !== 'linux') {
    return `This demo needs Linux, and this is ${process.platform}. To see what it would do: npm run demo -- --dry-run`;
  }
  const missing = Object.entries(tools).filter(([, programs]) => !programs.every(isInstalled));
  if (missing.length > 0) {
    const programs = missing.flatMap(([, names]) => names.filter((name) => !isInstalled(name)));
    const sudo = process.getuid?.() === 0 ? '' : 'sudo ';
    return `Missing: ${programs.join(', ')}. Install with: ${sudo}apt-get install -y ${missing.map(([name]) => name).join(' ')}`;
  }
  return missingPrivilege();
}

function missingPrivilege(): string | undefined {
  const asRoot = process.getuid?.() === 0;
  const [file = '', ...args] = sandboxCommand(asRoot);
  const tried = spawnSync(file, [...args, 'mount', '-t', 'tmpfs', 'tmpfs', '/run'], { encoding: 'utf8' });
  if (tried.status === 0) return undefined;
  const words = tried.stderr.trim() || tried.error?.message || `exit status ${tried.status}`;
  const fix = asRoot
    ? 'Give this container the right to make namespaces (CAP_SYS_ADMIN, CAP_NET_ADMIN).'
    : 'Let users make namespaces: sudo sysctl -w kernel.unprivileged_userns_clone=1 (or, where AppArmor forbids it: sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0), or run it as root.';
  return `This kernel does not let ${asRoot ? 'root' : 'this user'} make a private network here: ${words}. ${fix}`;
}

function isInstalled(program: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((directory) => {
    try {
      accessSync(join(directory, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
