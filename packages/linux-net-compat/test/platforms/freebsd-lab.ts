import { createPfFirewall } from 'firewall-pf';
import { createFreeBsdHost, type FreeBsdPacket } from 'netdev-conformance/freebsd';
import { createAnsweringRunner } from 'netdev-exec';
import { createFreeBsdNetDev } from 'netdev-freebsd';
import { addressOf, type End, FAR, layout, type OuterEnd, outerEnds } from './layout.js';
import { layOut, type ScenarioLab } from './scenario-lab.js';
import { type Arrival, PORTS, type Sent } from './scenarios.js';

const OWNER = 'nova';

/** The layout on a simulated FreeBSD host, whose pf translates and filters what is sent. */
export async function createFreeBsdLab(version: 13 | 14): Promise<ScenarioLab> {
  const host = createFreeBsdHost({ version });
  const runner = createAnsweringRunner(({ argv, stdin }) => host.run(argv, { stdin }));
  const { uplink, ends } = layout;
  host.addCard(uplink.name, ends.world.mac);
  const netdev = await createFreeBsdNetDev({ runner });
  for (const end of outerEnds) {
    if ('bridge' in ends[end]) await netdev.createLink({ kind: 'tap', name: ends[end].port });
  }
  await layOut(netdev);
  await netdev.ensureRoute({ destination: 'default', via: addressOf('world') });

  /**
   * The main ruleset of the host, which is its owner's: what passes keeps states, as pf.conf(5) advises (without, the answers
   * to what comes in would be translated as if they opened something); then what calls us, then rules of theirs.
   */
  const load = (own: readonly string[]): void => {
    const kinds = ['nat-anchor', 'rdr-anchor', 'binat-anchor', 'anchor'];
    const calls = [...(version === 14 ? ['ether anchor'] : []), ...kinds].map(
      (kind) => `${kind} "${OWNER}/*"`,
    );
    const { exitCode, stderr } = host.run(['pfctl', '-f', '-'], {
      stdin: [...calls.slice(0, -1), 'pass', ...calls.slice(-1), ...own].map((line) => `${line}\n`).join(''),
    });
    if (exitCode !== 0) throw new Error(stderr);
  };
  load([]);
  const firewall = await createPfFirewall({ owner: OWNER, runner, version });

  let nextPort = 40_000;
  /** What the host sends from: the first address of its device on the way there. */
  const sourceTowards = async (to: string): Promise<string> => {
    const { bridges, uplink } = layout;
    const near = bridges.find(({ address }) => to.startsWith(address.replace(/\d+\/\d+$/, '')));
    const [first] = await netdev.listAddresses({ link: (near ?? uplink).name, family: 'ipv4' });
    return first?.cidr.split('/')[0] as string;
  };
  const opening = async ({ from, source, to, protocol, port }: Sent): Promise<FreeBsdPacket> => {
    nextPort += 1;
    const own = from === 'host' ? await sourceTowards(to) : addressOf(from);
    return { protocol, from: source ?? own, fromPort: nextPort, to, toPort: port };
  };
  const put = (end: End, packet: FreeBsdPacket) =>
    host.packet({
      ...packet,
      ...(end === 'host' ? {} : { in: ends[end].port, mac: ends[end].mac }),
      outPort: portTo(packet.to),
    });
  const send = async (sent: Sent): Promise<Arrival | undefined> => {
    const first = await opening(sent);
    const fate = put(sent.from, first);
    if (fate.verdict === 'drop') return undefined;
    const { packet } = fate;
    const at = fate.verdict === 'input' ? 'host' : endWith(packet.to);
    const port = packet.toPort as number;
    if (at === undefined || !(PORTS as readonly number[]).includes(port)) return undefined;
    if (sent.protocol === 'tcp') {
      // Data follows only when the answer finds its way back as from whom the opening was sent to.
      const answer: FreeBsdPacket = {
        ...{ protocol: 'tcp', flags: 'SA', from: packet.to, fromPort: packet.toPort },
        ...{ to: packet.from, toPort: packet.fromPort },
      };
      const back = put(at, answer);
      if (back.verdict === 'drop') return undefined;
      const isFor = back.packet.to === first.from && back.packet.toPort === first.fromPort;
      if (!isFor || back.packet.from !== first.to || back.packet.fromPort !== first.toPort) return undefined;
    }
    return { at, port, from: packet.from };
  };
  return {
    netdev,
    firewall,
    runner,
    refuseInput: async () => load(['block drop in inet from any to (self)']),
    async send(packets) {
      const arrivals: (Arrival | undefined)[] = [];
      for (const sent of packets) arrivals.push(await send(sent));
      return arrivals;
    },
    async close() {
      await firewall.close();
      await netdev.close();
    },
  };
}

function endWith(address: string): OuterEnd | undefined {
  return address === FAR ? 'world' : outerEnds.find((end) => addressOf(end) === address);
}

/** The port of a bridge that leads to a guest. */
function portTo(address: string): string | undefined {
  const end = endWith(address);
  return end === undefined || !('bridge' in layout.ends[end]) ? undefined : layout.ends[end].port;
}
