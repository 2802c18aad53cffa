import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { playVector } from './vectors/player.js';
import type { Vector } from './vectors/vector.js';

function vector(file: string, name: string): Vector {
  const all = JSON.parse(readFileSync(new URL(`./data/${file}`, import.meta.url), 'utf8')) as Vector[];
  const found = all.find((entry) => entry.name === name);
  if (found === undefined) throw new Error(`there is no vector ${name}`);
  return found;
}

/** Recorded values, each wrong by a little; every one must be noticed. */
const mutations: [what: string, file: string, name: string, mutate: (vector: Vector) => void][] = [
  [
    'a returned value',
    'public-iptables.json',
    'initial-state',
    ({ calls }) => Object.assign(calls[0] ?? {}, { returns: false }),
  ],
  [
    'a raised error',
    'public-iptables.json',
    'add-rule-unknown-chain',
    ({ calls }) =>
      Object.assign(calls.find(({ raises }) => raises !== undefined) ?? {}, { raises: 'KeyError' }),
  ],
  [
    'a rule in memory',
    'public-iptables.json',
    'initial-state',
    ({ rules }) => rules['ipv4']?.['nat']?.rules.reverse(),
  ],
  [
    'a chain in memory',
    'public-iptables.json',
    'initial-state',
    ({ rules }) => rules['ipv6']?.['filter']?.chains.push('other'),
  ],
  [
    'a rule in the kernel',
    'public-iptables.json',
    'apply-basic',
    (played) => replaceInRestore(played, '-A INPUT -j nova-network-INPUT', '-A INPUT -j nova-network-OUTPUT'),
  ],
  [
    'a chain in the kernel',
    'public-iptables.json',
    'apply-basic',
    (played) => replaceInRestore(played, ':nova-network-local - [0:0]\n', ':nova-network-lokal - [0:0]\n'),
  ],
  [
    'a foreign counter',
    'public-iptables.json',
    'apply-libvirt',
    (played) => replaceInRestore(played, /\n\[[1-9]\d*:/, '\n[999999:'),
  ],
  ['a command', 'public-floating.json', 'send-arp', ({ commands }) => commands[0]?.argv.push('-q')],
  [
    'accepted statuses',
    'public-floating.json',
    'clean-conntrack-0',
    ({ commands }) => Object.assign(commands[0] ?? {}, { check_exit_code: [0] }),
  ],
  ['a command too many', 'public-floating.json', 'send-arp', ({ commands }) => commands.push(...commands)],
  ['a command too few', 'public-floating.json', 'send-arp', ({ commands }) => commands.splice(0)],
  [
    'tries',
    'public-iptables.json',
    'apply-basic',
    ({ commands }) => Object.assign(commands[1] ?? {}, { attempts: 4 }),
  ],
  [
    'an address',
    'public-floating.json',
    'bind-floating-plain',
    ({ commands }) => commands[0]?.argv.splice(3, 1, '10.10.10.11/32'),
  ],
  [
    'a written file',
    'public-iptables.json',
    'initial-state',
    ({ writes }) => Object.assign(writes, { '/etc/other': '' }),
  ],
  ['a pause', 'public-iptables.json', 'initial-state', (played) => Object.assign(played, { sleeps: [1] })],
  [
    'an option after',
    'public-iptables.json',
    'initial-state',
    (played) => Object.assign(played, { conf_after: { metadata_port: 1 } }),
  ],
];

describe('the player', () => {
  it.each(mutations)('notices that %s is not as recorded', async (_, file, name, mutate) => {
    const played = vector(file, name);
    expect(await playVector(played)).toEqual([]);
    mutate(played);
    expect(await playVector(played)).not.toEqual([]);
  });
});

function replaceInRestore({ commands }: Vector, from: string | RegExp, to: string): void {
  const restore = commands.find(({ argv }) => argv[0]?.endsWith('-restore'));
  if (restore?.stdin === undefined || restore.stdin === null) throw new Error('nothing was restored');
  restore.stdin = restore.stdin.replace(from, to);
}
