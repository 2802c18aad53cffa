import { execFileSync } from 'node:child_process';

/** Runs a command in the virtual machine, as a person would. */
export function sh(...words: readonly string[]): string {
  const [command = '', ...args] = words;
  return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** A device as iproute2 shows it; `undefined` when there is none. */
// biome-ignore lint/suspicious/noExplicitAny: iproute2's output has no type, and each test reads another part of it
export function shown(name: string): any {
  const links = JSON.parse(sh('ip', '-json', '-details', 'link', 'show')) as { ifname: string }[];
  return links.find(({ ifname }) => ifname === name);
}
