import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { sh } from './shown.js';

const folder = '/run/openvswitch';

/** Starts Open vSwitch with an empty database and the kernel's datapath, for the rest of the machine's life. */
export function startOpenVSwitch(): void {
  sh('modprobe', 'openvswitch');
  mkdirSync(folder, { recursive: true });
  const database = join(folder, 'conf.db');
  // The server and its schema are in packages of their own.
  const schema = (process.env.PATH ?? '')
    .split(':')
    .map((programs) => join(programs, '../share/openvswitch/vswitch.ovsschema'))
    .find(existsSync);
  sh('ovsdb-tool', 'create', database, `${schema}`);
  const daemon = ['--detach', '--no-chdir', '--pidfile'];
  sh('ovsdb-server', database, `--remote=punix:${folder}/db.sock`, ...daemon);
  sh('ovs-vsctl', '--no-wait', 'init');
  sh('ovs-vswitchd', ...daemon);
}

/** An interface as Open vSwitch's database has it, maps as objects; `undefined` when there is none. */
export function switchInterface(name: string): Record<string, unknown> | undefined {
  const text = sh(
    'ovs-vsctl',
    '--format=json',
    '--columns=name,type,external_ids,error,ofport',
    'find',
    'Interface',
    `name=${name}`,
  );
  const { headings, data } = JSON.parse(text) as { headings: string[]; data: unknown[][] };
  const [row] = data;
  if (row === undefined) return undefined;
  return Object.fromEntries(headings.map((heading, index) => [heading, plain(row[index])]));
}

/** The ports of a bridge, sorted. */
export function switchPorts(bridge: string): string[] {
  return sh('ovs-vsctl', 'list-ports', bridge).split('\n').filter(Boolean).sort();
}

/** The flows of a bridge, without counters. */
export function switchFlows(bridge: string): string[] {
  return sh('ovs-ofctl', '--no-stats', 'dump-flows', bridge)
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .sort();
}

/** A value of OVSDB's JSON (RFC 7047, 5.1): `["map", [[key, value], …]]`, `["set", […]]` or itself. */
function plain(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  const [kind, content] = value as [string, unknown[]];
  return kind === 'map' ? Object.fromEntries(content as [string, unknown][]) : content;
}
