import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ipBatch } from '../../netdev-conformance/test/ip-batch.js';
import { type Machine, startMachine } from '../../netdev-conformance/test/machine/machine.js';

const run = promisify(execFile);
let made = 0;

/** A router in a namespace of its own, with neighbours in theirs: `a` and `b` on bridges, `w` outside. */
export interface Lab {
  /** The router's namespace. */
  router: string;
  /** The namespace of a neighbour. */
  spaceOf(where: string): string;
  /** Runs a command in the router's namespace, or in a neighbour's; gives its output. */
  run(where: 'router' | string, ...argv: string[]): Promise<string>;
  /** Starts a TCP echo of the peer's address in a neighbour. */
  serve(where: string, port: number): Promise<void>;
  /** The address that a server saw, or `undefined` when nothing came back. */
  connect(where: string, address: string, port: number): Promise<string | undefined>;
  /** The same from an address that the neighbour takes for it. */
  connectFrom(where: string, source: string, address: string, port: number): Promise<string | undefined>;
  remove(): Promise<void>;
}

interface Neighbour {
  name: string;
  bridge?: string;
  address: string;
  gateway: string;
  mac: string;
}

const neighbours: readonly Neighbour[] = [
  { name: 'a1', bridge: 'br-a', address: '10.1.0.11/24', gateway: '10.1.0.1/24', mac: '02:00:5e:10:00:a1' },
  { name: 'a2', bridge: 'br-a', address: '10.1.0.12/24', gateway: '10.1.0.1/24', mac: '02:00:5e:10:00:a2' },
  { name: 'b1', bridge: 'br-b', address: '10.2.0.11/24', gateway: '10.2.0.1/24', mac: '02:00:5e:10:00:b1' },
  { name: 'w1', address: '203.0.113.1/24', gateway: '203.0.113.2/24', mac: '02:00:5e:10:00:01' },
];

/** Builds the lab with iproute2 only, so that what is tested is the firewall alone. */
export async function createLab(): Promise<Lab> {
  made += 1;
  const prefix = `fw${process.pid}x${made}`;
  const spaceOf = (where: string): string => `${prefix}${where}`;
  const inside = async (where: string, ...argv: string[]): Promise<string> =>
    (await run('ip', ['netns', 'exec', spaceOf(where), ...argv])).stdout;
  const names = ['router', ...neighbours.map(({ name }) => name)];
  const machines = new Map<string, Machine>();
  const machineOf = (where: string): Machine => {
    const machine = machines.get(where) ?? startMachine(spaceOf(where));
    machines.set(where, machine);
    return machine;
  };

  await ipBatch(names.map((name) => `netns add ${spaceOf(name)}`));
  await ipBatch(
    [
      'link set lo up',
      ...['br-a', 'br-b'].flatMap((bridge) => [
        `link add name ${bridge} type bridge forward_delay 0`,
        `link set ${bridge} up`,
      ]),
      ...neighbours.flatMap((neighbour) => routerCommands(neighbour, spaceOf(neighbour.name))),
    ],
    spaceOf('router'),
  );
  await Promise.all(
    neighbours.map((neighbour) => ipBatch(neighbourCommands(neighbour), spaceOf(neighbour.name))),
  );
  await inside('router', 'sysctl', '-qw', 'net.ipv4.ip_forward=1');

  return {
    router: spaceOf('router'),
    spaceOf,
    run: inside,
    serve: (where, port) => machineOf(where).serve(port),
    connect: (where, address, port) => machineOf(where).connect(address, port),
    async connectFrom(where, source, address, port) {
      await ipBatch([`address replace ${source}/32 dev eth0`], spaceOf(where));
      return machineOf(where).connect(address, port, source);
    },
    async remove() {
      for (const machine of machines.values()) machine.stop();
      await ipBatch(names.map((name) => `netns delete ${spaceOf(name)}`));
    },
  };
}

function routerCommands({ name, bridge, gateway, mac }: Neighbour, space: string): string[] {
  const port = bridge === undefined ? 'uplink' : `p-${name}`;
  return [
    `link add name ${port} type veth peer name eth0 address ${mac} netns ${space}`,
    ...(bridge === undefined
      ? []
      : [
          `link set ${port} master ${bridge}`,
          // Where bridged packets are translated, a guest reaches its own floating address only so.
          `link set ${port} type bridge_slave hairpin on`,
        ]),
    `link set ${port} up`,
    `address replace ${gateway} dev ${bridge ?? port}`,
  ];
}

function neighbourCommands({ bridge, address, gateway }: Neighbour): string[] {
  return [
    'link set lo up',
    `address add ${address} dev eth0`,
    'link set eth0 up',
    ...(bridge === undefined ? [] : [`route add default via ${gateway.split('/')[0]}`]),
  ];
}
