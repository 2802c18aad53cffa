import { setTimeout as sleep } from 'node:timers/promises';
import { createIptablesFirewall, type Variant } from 'firewall-iptables';
import { createRunner, type Runner } from 'netdev-exec';
import { createLinuxNetDev } from 'netdev-linux';
import {
  addSpaces,
  ipBatchIn,
  openPort,
  openServer,
  outputIn,
  postIn,
  removeSpaces,
  tellIn,
} from '../../../firewall-iptables/test/agent/agent.js';
import { addressOf, type End, FAR, layout, type OuterEnd, outerEnds } from './layout.js';
import { layOut, type ScenarioLab } from './scenario-lab.js';
import { type Arrival, PORTS, type Sent } from './scenarios.js';

/** How long the packets that are to arrive may take, and how long is waited then for those that are not. */
const ARRIVAL_MS = 20_000;
const GRACE_MS = 700;

let made = 0;

/** The layout in network namespaces of this kernel, with packets that are really sent. */
export async function createLinuxLab(variant: Exclude<Variant, 'auto'>): Promise<ScenarioLab> {
  made += 1;
  const spaceOf = (end: End): string => `pf${process.pid}x${made}${end}`;
  const ends: End[] = ['host', ...outerEnds];
  await addSpaces(...ends.map(spaceOf));
  await ipBatchIn(spaceOf('host'), [
    'link set lo up',
    ...outerEnds.flatMap((end) => {
      const { port, mac } = layout.ends[end];
      return [
        `link add name ${port} type veth peer name eth0 address ${mac} netns ${spaceOf(end)}`,
        `link set ${port} up`,
      ];
    }),
    `route add default via ${addressOf('world')} dev ext0 onlink`,
  ]);
  for (const end of outerEnds) {
    await ipBatchIn(spaceOf(end), [
      'link set lo up',
      `address add ${layout.ends[end].address} dev eth0`,
      'link set eth0 up',
      `route add default via ${gatewayOf(end)}`,
      ...(end === 'world' ? [`address add ${FAR}/32 dev eth0`] : []),
    ]);
  }

  const namespace = { name: spaceOf('host') };
  const netdev = await createLinuxNetDev({ namespace });
  await layOut(netdev);
  const firewall = await createIptablesFirewall({ owner: 'nova', namespace, variant });

  const arrivals = new Map<string, Arrival>();
  for (const end of ends) {
    for (const port of PORTS) {
      const hear = (text: Buffer, from: string): void => {
        arrivals.set(String(text), { at: end, port, from });
      };
      await openServer(spaceOf(end), port, hear);
      await openPort(spaceOf(end), port, 'ipv4', hear);
    }
  }

  return {
    netdev,
    firewall,
    runner: withoutFrames(createRunner().inNamespace(namespace)),
    async refuseInput() {
      await outputIn(namespace.name, [`iptables-${variant}`, '-P', 'INPUT', 'DROP']);
    },
    async send(packets, { arriving }) {
      arrivals.clear();
      await Promise.all(
        packets.map((packet, place) => send(spaceOf(packet.from), packet, `packet ${place}`)),
      );
      const start = performance.now();
      while (arrivals.size < arriving && performance.now() - start < ARRIVAL_MS) await sleep(20);
      await sleep(GRACE_MS);
      return packets.map((_, place) => arrivals.get(`packet ${place}`));
    },
    async close() {
      await firewall.close();
      await netdev.close();
      await removeSpaces(...ends.map(spaceOf));
    },
  };
}

/**
 * The original's rule for frames has guests' packets to a floating address of their own network routed, where bridged packets pass
 * iptables. Here they do not, and ebtables of nft cannot match a bridge on every kernel (CONFIG_NFT_BRIDGE_META).
 */
function withoutFrames(runner: Runner): Runner {
  return {
    ...runner,
    run: async (argv, options) =>
      argv[0] === 'ebtables' ? { argv, exitCode: 0, stdout: '', stderr: '' } : runner.run(argv, options),
  };
}

function gatewayOf(end: OuterEnd): string {
  const { bridges, uplink } = layout;
  const { bridge } = layout.ends[end] as { bridge?: string };
  const address = bridges.find(({ name }) => name === bridge)?.address ?? uplink.address;
  return address.split('/')[0] as string;
}

/** What is refused or not answered is no matter of its own. */
async function send(space: string, { protocol, to, port, source }: Sent, data: string): Promise<void> {
  const words = { to, port, data, ...(source === undefined ? {} : { source }) };
  if (protocol === 'tcp') await tellIn(space, { ...words, withinMs: 2 * ARRIVAL_MS });
  else await postIn(space, { ...words, from: 0 });
}
