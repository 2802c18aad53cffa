import type { NetDevDriver } from 'netdev-core';
import { createLinuxNetDev } from 'netdev-linux';
import { addSpaces, outputIn, removeSpaces, runIn } from '../../../firewall-iptables/test/agent/agent.js';
import { devicesMade, devicesNeeded } from '../vectors/devices/device-step.js';
import type { RecordedCommand } from '../vectors/recorded-run.js';
import type { Vector } from '../vectors/vector.js';

/** A network namespace of a real kernel, for one vector after another. */
export interface DeviceKernel {
  driver: NetDevDriver;
  /**
   * Makes the devices that a vector's host has at its start, in place of all others.
   *
   * @throws what `ip` said when the kernel does not take a recorded address or route
   */
  setUp(vector: Vector, recorded: readonly RecordedCommand[]): Promise<void>;
  /** Does a command of the original by iproute2; answers its exit status. */
  perform(argv: readonly string[]): Promise<number>;
  /** What is there, in iproute2's words, as far as two namespaces can have the same. */
  state(recorded: readonly RecordedCommand[]): Promise<object>;
  remove(): Promise<void>;
}

let made = 0;

export async function createDeviceKernel(): Promise<DeviceKernel> {
  made += 1;
  const namespace = `dk${process.pid}x${made}`;
  await addSpaces(namespace);
  const inside = (...words: string[]) => outputIn(namespace, words);
  const ip = (...words: string[]) => inside('ip', ...words);
  const driver = await createLinuxNetDev({ namespace: { name: namespace } });
  return {
    driver,
    setUp: async (vector, recorded) => {
      for (const { name, kind } of await driver.listLinks())
        if (kind !== 'loopback') await driver.deleteLink(name);
      await setUp(vector, recorded, ip, inside);
    },
    perform: async (argv) => {
      const [program, ...words] = argv[0] === 'brctl' ? ['ip', ...bridgeWords(argv)] : argv;
      return (await runIn(namespace, program === 'ip' ? ['ip', ...words] : argv)).exitCode;
    },
    state: async (recorded) => {
      const macs = chosenMacs(recorded);
      return {
        links: JSON.parse(await ip('-json', '-details', 'link')).map((link: LinkText) =>
          shownLink(link, macs),
        ),
        addresses: JSON.parse(await ip('-json', 'address')).map(shownAddresses),
        routes: lines(await ip('route', 'show', 'table', 'all')).filter(
          (line) => !/^(local|broadcast)/.test(line),
        ),
        forwarding: await inside('sysctl', '-n', 'net.ipv4.ip_forward'),
      };
    },
    remove: async () => {
      await driver.close();
      await removeSpaces(namespace);
    },
  };
}

/** brctl(8) in the words of ip-link(8); times are hundredths of a second there. */
function bridgeWords([, verb, bridge = '', value = '']: readonly string[]): string[] {
  if (verb === 'addbr') return ['link', 'add', 'name', bridge, 'type', 'bridge'];
  if (verb === 'delbr') return ['link', 'delete', bridge];
  if (verb === 'addif') return ['link', 'set', value, 'master', bridge];
  const given = verb === 'stp' ? ['stp_state', value === 'on' ? '1' : '0'] : ['forward_delay', `${value}00`];
  return ['link', 'set', bridge, 'type', 'bridge', ...given];
}

type Program = (...words: string[]) => Promise<string>;

async function setUp(
  { host }: Vector,
  recorded: readonly RecordedCommand[],
  ip: Program,
  inside: Program,
): Promise<void> {
  await ip('link', 'set', 'lo', 'up');
  for (const [index, name] of devicesAtTheStart(host.devices ?? [], recorded).entries()) {
    const other = `peer${index}`;
    const kind = /^(br|qbr)/.test(name) ? ['bridge'] : ['veth', 'peer', 'name', other];
    await ip('link', 'add', 'name', name, 'address', macOf(name), 'type', ...kind);
    // The other end is up too, so that there is a carrier.
    if (kind[0] === 'veth') await ip('link', 'set', other, 'up');
    await ip('link', 'set', name, 'up');
    for (const { stdout } of shown(host.replies, 'addr', name)) await addAddresses(name, stdout, ip);
    for (const { stdout } of shown(host.replies, 'route', name)) await addRoutes(name, stdout, ip);
  }
  const forwards = host.replies?.some(
    ({ match, stdout }) => match[0] === 'sysctl' && match[1] === '-n' && stdout.trim() === '1',
  );
  await inside('sysctl', '-w', `net.ipv4.ip_forward=${forwards === true ? 1 : 0}`);
}

function devicesAtTheStart(listed: readonly string[], recorded: readonly RecordedCommand[]): string[] {
  const names = new Set(listed);
  const known = new Set(listed);
  for (const { step, argv } of recorded) {
    if (step === undefined) continue;
    const read = argv.indexOf('show') === -1 ? undefined : argv[argv.indexOf('dev') + 1];
    for (const name of [...devicesNeeded(step), ...(read === undefined ? [] : [read])]) {
      if (!known.has(name)) names.add(name);
      known.add(name);
    }
    for (const name of devicesMade(step)) known.add(name);
  }
  return [...names];
}

/** What the first look at a device shows. */
function shown(replies: Vector['host']['replies'], object: 'addr' | 'route', device: string) {
  const fits = (replies ?? []).find(
    ({ match }) => match[0] === 'ip' && match[1] === object && match[2] === 'show' && match[4] === device,
  );
  return fits === undefined || fits.exit !== 0 ? [] : [fits];
}

async function addAddresses(device: string, text: string, ip: Program): Promise<void> {
  for (const line of lines(text)) {
    if (!/^inet6? /.test(line)) continue;
    const words = line.split(' ').slice(1);
    const label = words[0]?.includes(':') ? [] : ['label', words.pop() ?? device];
    const timed = words.includes('dynamic') ? ['valid_lft', '3600', 'preferred_lft', '3600'] : [];
    const given = words.filter((word) => word !== 'secondary' && word !== 'dynamic');
    const once = line.startsWith('inet6') ? ['nodad'] : [];
    await ip('address', 'add', ...given, 'dev', device, ...label, ...timed, ...once);
  }
}

async function addRoutes(device: string, text: string, ip: Program): Promise<void> {
  for (const line of lines(text)) {
    if (line.includes('proto kernel')) continue;
    const to =
      /^(blackhole|unreachable|prohibit) /.test(line) || line.includes(' dev ') ? [] : ['dev', device];
    await ip('route', 'add', ...line.split(' '), ...to);
  }
}

function lines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim().replaceAll(/\s+/g, ' '))
    .filter((line) => line !== '');
}

/** A MAC address that both namespaces give a device. */
function macOf(name: string): string {
  const octets = [...name.padEnd(5, '.')].slice(-5).map((letter) => letter.charCodeAt(0).toString(16));
  return ['02', ...octets].join(':');
}

interface LinkText {
  ifname: string;
  mtu: number;
  flags: string[];
  address?: string;
  master?: string;
  linkinfo?: { info_kind?: string; info_data?: Record<string, unknown> };
}

function shownLink(link: LinkText, macs: ReadonlySet<string>): object {
  const { ifname, mtu, flags, address = '', master, linkinfo = {} } = link;
  const { forward_delay, stp_state, id, multi_queue } = linkinfo.info_data ?? {};
  // A device that nobody gave an address has a random one.
  const mac = macs.has(address) ? address : undefined;
  return {
    ...{ ifname, kind: linkinfo.info_kind, mtu, master, mac },
    ...{ up: flags.includes('UP'), promiscuous: flags.includes('PROMISC') },
    ...{ forward_delay, stp_state, id, multi_queue },
  };
}

/** The addresses that the devices at the start have, and those that commands give. */
function chosenMacs(recorded: readonly RecordedCommand[]): Set<string> {
  const words = recorded.flatMap(({ argv }) => argv);
  return new Set([
    ...words.filter((word) => /^(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(word)),
    ...words.filter((word) => /^[\w-]{1,15}$/.test(word)).map(macOf),
  ]);
}

function shownAddresses(link: { ifname: string; addr_info: Record<string, unknown>[] }): object {
  const seen = link.addr_info.filter(({ local }) => !String(local).startsWith('fe80:'));
  const passing = ['valid_life_time', 'preferred_life_time', 'tentative', 'nodad'];
  const lasting = (address: Record<string, unknown>): object =>
    Object.fromEntries(Object.entries(address).filter(([field]) => !passing.includes(field)));
  return { ifname: link.ifname, addresses: seen.map(lasting) };
}
