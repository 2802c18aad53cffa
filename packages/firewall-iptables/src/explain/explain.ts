import { type Belonging, belong, type OpenedConnection, opensConnection } from './connection.js';
import type { ExplainedRule, Explanation, PacketAddresses } from './explanation.js';
import { firstSeen, look } from './look.js';
import type { OurRules } from './our-rules.js';
import type { ExplainOptions } from './packet.js';
import type { ParsedPacket } from './parse-packet.js';
import { createRuleParser } from './parse-rule.js';
import type { SeenIp, SeenMark } from './seen.js';
import { isLoopback, stationsOf } from './stations.js';
import { masquerades, translate, translatedEnd, withEndpoint } from './translate.js';
import type { Truth } from './truth.js';
import { createJudge } from './verdict.js';
import { type Station, walkTable } from './walk-chain.js';

/** Our rules, and what has to be known of the host besides. */
export interface Question extends ExplainOptions {
  rules: OurRules;
}

/**
 * Follows a packet through our rules, without looking at the host.
 *
 * @throws InvalidArgumentError when a packet does not belong to the connection that it names
 */
export function explainPacket(packet: ParsedPacket, question: Question): Explanation {
  const { explanation } = follow(packet, question);
  return explanation;
}

function follow(
  asked: ParsedPacket,
  question: Question,
): { explanation: Explanation; connection: OpenedConnection | undefined } {
  const { rules } = question;
  const parse = createRuleParser(rules.membersOf);
  let packet = asked;
  let stations = stationsOf(packet, question);
  const judge = createJudge(stations);
  const met: ExplainedRule[] = [];
  const start = beginningOf(packet, question);
  let ip = start?.ip;
  let mark: SeenMark = { value: packet.mark, unknown: 0 };
  let isMasqueraded = start?.isMasqueraded ?? false;
  for (let station = stations.shift(); station !== undefined; station = stations.shift()) {
    const turned = isBehindPrerouting(station) ? isTurnedBack(packet, ip, question) : 'no';
    if (turned === 'unknown') judge.loseTrack();
    if (turned === 'yes') {
      packet = { ...packet, bridged: true };
      stations = stationsOf(packet, question).filter(isBehindPrerouting);
      continue;
    }
    const translates = station.table === 'nat' && ip !== undefined;
    // Connections are translated at each end once: what the host says to itself is, as it says it.
    if (translates && isLoopback(packet) && isArrival(station)) continue;
    if (translates && (start?.translations !== undefined || !meetsNat(ip as SeenIp))) {
      const end = translatedEnd(station);
      const translation = start?.translations?.[end];
      if (translation !== undefined) ip = withEndpoint(ip as SeenIp, end, translation);
      continue;
    }
    const seen = look(packet, ip, mark, station, question);
    const walk = walkTable(station, { rules, parse, seen, reached: judge.reached });
    mark = seen.mark;
    met.push(...walk.met);
    judge.add(station, walk);
    if (judge.isOver) break;
    if (translates) {
      isMasqueraded ||= masquerades(walk.ends);
      ip = translate(ip as SeenIp, translatedEnd(station), walk);
    }
  }
  const missesFrames = rules.has('bridge', 'filter') && !givesPorts(packet);
  return {
    explanation: {
      ...judge.verdict(),
      rules: met,
      leaves: ip && addressesOf(ip, isMasqueraded ? 'masquerade' : 'unknown'),
      notConsidered: missesFrames ? ['foreign-rules', 'frames'] : ['foreign-rules'],
    },
    connection: start && ip && { before: start.ip, after: ip, isMasqueraded },
  };
}

/** An IP packet before it meets anything, and what its connection makes of its ends. */
function beginningOf(
  { content }: ParsedPacket,
  question: Question,
): (Partial<Belonging> & { ip: SeenIp }) | undefined {
  if (content.kind === 'arp' || content.kind === 'other') return undefined;
  const ip = firstSeen(content);
  const opened = content.opened && follow(content.opened, question).connection;
  return opened === undefined ? { ip } : belong(ip, opened, 'packet.opened');
}

function isBehindPrerouting({ hook }: Station): boolean {
  return hook !== 'PREROUTING';
}

/**
 * Whether a packet for the host's MAC address is bridged all the same: where bridged packets pass iptables, one whose
 * destination was translated to one behind the bridge it came by (br_nf_pre_routing_finish of br_netfilter_hooks.c).
 */
function isTurnedBack(
  packet: ParsedPacket,
  ip: SeenIp | undefined,
  { bridgeNetfilter = false }: ExplainOptions,
): Truth {
  const { content, bridged, inPort } = packet;
  if (!bridgeNetfilter || bridged || inPort === undefined || packet.in !== packet.out) return 'no';
  if (ip === undefined || !('destination' in content)) return 'no';
  if (ip.destination === undefined) return ip.connection.destinationTranslated;
  return ip.destination === content.destination ? 'no' : 'yes';
}

function meetsNat({ connection, protocol }: SeenIp): boolean {
  return opensConnection(connection.state, protocol);
}

function isArrival({ hook }: Station): boolean {
  return hook === 'PREROUTING' || hook === 'INPUT';
}

function addressesOf(ip: SeenIp, unknownSource: 'masquerade' | 'unknown'): PacketAddresses {
  return {
    source: ip.source ?? unknownSource,
    destination: ip.destination ?? 'unknown',
    sourcePort: ip.sourcePort,
    destinationPort: ip.destinationPort,
  };
}

/** Whether a port of a bridge is named wherever the packet comes in or leaves. */
function givesPorts(packet: ParsedPacket): boolean {
  if (isLoopback(packet)) return true;
  return (
    (packet.in === undefined || packet.inPort !== undefined) &&
    (packet.out === undefined || packet.outPort !== undefined)
  );
}
