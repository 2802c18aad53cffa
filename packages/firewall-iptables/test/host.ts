import { addSpaces, askIn, ipBatchIn, outputIn, removeSpaces, serveIn, setIn } from './agent/agent.js';

let made = 0;

/** Longer than any answer takes, and shorter than it takes TCP to ask a second time. */
const PATIENCE_MS = 800;

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
  const inside = (where: string, ...argv: string[]): Promise<string> => outputIn(spaceOf(where), argv);
  const names = ['router', ...neighbours.map(({ name }) => name)];
  const connect = (where: string, to: { address: string; port: number; source?: string }) =>
    askIn(spaceOf(where), { ...to, withinMs: PATIENCE_MS });

  await addSpaces(...names.map(spaceOf));
  await ipBatchIn(spaceOf('router'), [
    'link set lo up',
    ...['br-a', 'br-b'].flatMap((bridge) => [
      `link add name ${bridge} type bridge forward_delay 0`,
      `link set ${bridge} up`,
    ]),
    ...neighbours.flatMap((neighbour) => routerCommands(neighbour, spaceOf(neighbour.name))),
  ]);
  await Promise.all(
    neighbours.map((neighbour) => ipBatchIn(spaceOf(neighbour.name), neighbourCommands(neighbour))),
  );
  await setIn(spaceOf('router'), { 'net.ipv4.ip_forward': 1 });
  // A question of ARP that a rule stopped is asked again in less than {@link PATIENCE_MS}, not after a second only (arp(7)).
  for (const { name } of neighbours)
    await setIn(spaceOf(name), { 'net.ipv4.neigh.eth0.retrans_time_ms': 200 });
  for (const device of ['br-a', 'br-b', 'uplink'])
    await setIn(spaceOf('router'), { [`net.ipv4.neigh.${device}.retrans_time_ms`]: 200 });

  return {
    router: spaceOf('router'),
    spaceOf,
    run: inside,
    serve: (where, port) => serveIn(spaceOf(where), port, 'peer'),
    connect: (where, address, port) => connect(where, { address, port }),
    async connectFrom(where, source, address, port) {
      await ipBatchIn(spaceOf(where), [`address replace ${source}/32 dev eth0`]);
      return connect(where, { address, port, source });
    },
    async remove() {
      await removeSpaces(...names.map(spaceOf));
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
