import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type FirewallEnd, type FirewallProbe, firewallTopology } from 'netdev-conformance/firewall';
import { type Machine, startMachine } from './machine.js';

const run = promisify(execFile);
let made = 0;

/** Runs a command in a network namespace; gives what it prints. */
export async function inside(namespace: string, ...argv: string[]): Promise<string> {
  return (await run('nsenter', [`--net=/run/netns/${namespace}`, ...argv], { maxBuffer: 1e9 })).stdout;
}

/** A router in a namespace of its own. */
export interface Lab {
  router: string;
  /** Sends packets through it; `undefined` where it has no devices. */
  probe: FirewallProbe | undefined;
  /** The namespace of a guest, or of the world. */
  spaceOf(end: string): string;
  remove(): Promise<void>;
}

export async function createLab({ packets }: { packets: boolean }): Promise<Lab> {
  made += 1;
  const prefix = `nft${process.pid}x${made}`;
  const router = `${prefix}router`;
  await run('ip', ['netns', 'add', router]);
  const spaceOf = (end: string): string => `${prefix}${end}`;
  if (packets) return addNetwork(spaceOf, router);
  return { router, probe: undefined, spaceOf, remove: () => removeSpaces([router]) };
}

/** The network of the suite: guests on two bridges, and the world behind the uplink. */
async function addNetwork(spaceOf: Lab['spaceOf'], router: string): Promise<Lab> {
  const { uplink, bridges, ends } = firewallTopology;
  const names = Object.keys(ends) as (keyof typeof ends)[];
  await Promise.all(names.map((name) => run('ip', ['netns', 'add', spaceOf(name)])));
  const onRouter = Object.entries(bridges).flatMap(([bridge, { address }]) => [
    `link add name ${bridge} type bridge forward_delay 0`,
    `address add ${address} dev ${bridge}`,
    `link set ${bridge} up`,
  ]);
  for (const name of names) {
    const { device, port, mac } = ends[name];
    onRouter.push(`link add name ${port} type veth peer name eth0 address ${mac} netns ${spaceOf(name)}`);
    if (port === uplink.device) onRouter.push(`address add ${uplink.address} dev ${port}`);
    else onRouter.push(`link set ${port} master ${device}`, `link set ${port} type bridge_slave hairpin on`);
    onRouter.push(`link set ${port} up`);
  }
  await batch(router, ['link set lo up', ...onRouter]);
  await Promise.all(
    names.map((name) => {
      const { device, port, address } = ends[name];
      const isGuest = port !== uplink.device;
      const gateway = isGuest ? bridges[device as keyof typeof bridges].address : uplink.address;
      return batch(spaceOf(name), [
        'link set lo up',
        `address add ${address} dev eth0`,
        'link set eth0 up',
        `route add ${isGuest ? 'default' : '10.0.0.0/8'} via ${gateway.split('/')[0]}`,
      ]);
    }),
  );
  await inside(router, 'sysctl', '-qw', 'net.ipv4.ip_forward=1');

  const machines = new Map<FirewallEnd, Machine>();
  const machine = (end: FirewallEnd): Machine => {
    const running = machines.get(end) ?? startMachine(spaceOf(end));
    machines.set(end, running);
    return running;
  };
  return {
    router,
    spaceOf,
    probe: {
      async serve(end, port) {
        await machine(end).ask({ work: 'serve', port });
      },
      connect: (from, address, port) => machine(from).ask({ work: 'connect', address, port }),
      async connectFrom(from, source, address, port) {
        await run('ip', ['-n', spaceOf(from), 'address', 'replace', `${source}/32`, 'dev', 'eth0']);
        return machine(from).ask({ work: 'connect', address, port, source });
      },
      async addAddress(address) {
        await run('ip', ['-n', router, 'address', 'add', `${address}/32`, 'dev', uplink.device]);
      },
      // As the administrator of such a host would: what the plugin marks is let in.
      async refuseInput() {
        await inside(
          router,
          'nft',
          'add table inet host; add chain inet host input { type filter hook input priority filter; policy drop; };' +
            'add rule inet host input ct state established,related accept;' +
            'add rule inet host input meta mark & 0x2000000 != 0 accept',
        );
      },
    },
    async remove() {
      for (const each of machines.values()) each.stop();
      await removeSpaces([router, ...names.map(spaceOf)]);
    },
  };
}

/** Runs commands of ip(8) in a namespace, in one process. */
async function batch(namespace: string, commands: readonly string[]): Promise<void> {
  const running = run('ip', ['-n', namespace, '-batch', '-']);
  running.child.stdin?.end(commands.join('\n'));
  await running;
}

async function removeSpaces(names: readonly string[]): Promise<void> {
  await Promise.all(names.map((name) => run('ip', ['netns', 'delete', name])));
}
