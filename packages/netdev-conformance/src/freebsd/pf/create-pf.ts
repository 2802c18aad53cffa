import { type Anchors, createAnchors } from './anchors.js';
import { filterFrame, filterPacket } from './filter.js';
import type { PfHost } from './match-packet.js';
import type { PfFrame, PfPacket, PfVerdict } from './packet.js';
import { type Pfctl, runPfctl } from './pfctl.js';
import type { Direction, RuleCounters, TranslationRule } from './rules.js';
import { showRule } from './show-rule.js';
import { findState, isSameKey, keyOf, type PfState, withKey } from './states.js';
import { translate } from './translate.js';

export interface PfOptions extends PfHost {
  version: 13 | 14;
  /** What a file of the host holds. Left out: there are no files. */
  readFile?: (path: string) => string | undefined;
}

/** The pf of one network stack: its rules, tables and states. */
export interface Pf {
  /** What pfctl(8) answers. The arguments come without the program's name. */
  pfctl: Pfctl;
  /** What becomes of a packet at an interface. */
  packet(direction: Direction, name: string, packet: PfPacket): PfVerdict;
  /** What ether rules make of a frame at an interface. */
  frame(
    direction: Direction,
    name: string,
    frame: PfFrame,
  ): { action: 'pass' | 'block'; tag: string | undefined };
}

/** All that pf keeps. */
export interface PfKernel {
  readonly version: 13 | 14;
  readonly host: PfHost;
  readonly anchors: Anchors;
  states: PfState[];
  enabled: boolean;
  nextState: number;
  readFile(path: string): string | undefined;
}

export function createPf({ version, readFile, ...host }: PfOptions): Pf {
  const kernel: PfKernel = {
    version,
    host,
    anchors: createAnchors(),
    states: [],
    enabled: true,
    nextState: 1,
    readFile: (path) => readFile?.(path),
  };
  const turns = new Map<TranslationRule, number>();
  const isSkipped = (name: string): boolean =>
    !kernel.enabled ||
    (kernel.anchors.get('')?.rules.skip ?? []).some(
      (each) => each === name || host.groupsOf(name).includes(each),
    );
  return {
    pfctl: (argv, stdin) => runPfctl(kernel, argv, stdin),
    packet(direction, name, packet) {
      if (isSkipped(name)) return { action: 'pass', packet, because: 'pf does not look at it' };
      return byState(kernel, direction, name, packet) ?? byRules(kernel, turns, direction, name, packet);
    },
    frame(direction, name, frame) {
      if (isSkipped(name)) return { action: 'pass', tag: frame.tag };
      const { rule, tag } = filterFrame(frame, { host, anchors: kernel.anchors, interface: name, direction });
      if (rule !== undefined) count(rule.counters, direction, frame.bytes);
      return rule?.action === 'block' ? { action: 'block', tag: frame.tag } : { action: 'pass', tag };
    },
  };
}

function count(counters: RuleCounters, direction: Direction, bytes = 60): void {
  if (direction === 'in') {
    counters.packetsIn += 1n;
    counters.bytesIn += BigInt(bytes);
  } else {
    counters.packetsOut += 1n;
    counters.bytesOut += BigInt(bytes);
  }
}

function byState(
  { states }: PfKernel,
  direction: Direction,
  name: string,
  packet: PfPacket,
): PfVerdict | undefined {
  const state = findState(states, packet, direction, name);
  if (state === undefined) return undefined;
  for (const rule of [state.rule, state.translation]) if (rule) count(rule.counters, direction, packet.bytes);
  state.packets += 1n;
  const isTranslated = !isSameKey(state.wire, state.stack);
  const onward = isTranslated
    ? withKey(packet, direction === 'in' ? state.stack : state.wire, direction)
    : packet;
  return {
    action: 'pass',
    packet: { ...onward, tag: state.tag ?? packet.tag },
    because: `state ${state.id}`,
  };
}

function byRules(
  kernel: PfKernel,
  turns: Map<TranslationRule, number>,
  direction: Direction,
  name: string,
  packet: PfPacket,
): PfVerdict {
  const context = { host: kernel.host, anchors: kernel.anchors, interface: name };
  const { rule: translation, packet: translated } = translate(packet, direction, { ...context, turns });
  const { rule, tag } =
    translation?.pass === true
      ? { rule: undefined, tag: translated.tag }
      : filterPacket(translated, { ...context, direction });
  if (rule !== undefined) count(rule.counters, direction, packet.bytes);
  const because = rule === undefined ? 'no rule' : showRule(rule);
  if (rule?.action === 'block') return { action: 'block', packet, because };
  if (translation !== undefined) count(translation.counters, direction, packet.bytes);
  const keeps = translation !== undefined || (rule !== undefined && rule.state !== 'no');
  const onward =
    keeps && translation !== undefined ? freePort(kernel, translated, translation, direction) : translated;
  if (keeps) {
    const original = keyOf(packet, direction);
    const other = keyOf(onward, direction);
    kernel.states.push({
      id: kernel.nextState,
      direction,
      interface: rule?.stateOptions.includes('if-bound') === true ? name : undefined,
      wire: direction === 'in' ? original : other,
      stack: direction === 'in' ? other : original,
      tag,
      rule,
      translation,
      labels: rule?.labels ?? [],
      packets: 1n,
    });
    kernel.nextState += 1;
    if (rule !== undefined) rule.counters.states += 1n;
    if (translation !== undefined) translation.counters.states += 1n;
  }
  return { action: 'pass', packet: { ...onward, tag }, because };
}

/** A source port that no other connection on the wire has: the packet's own, where it is free. */
function freePort(kernel: PfKernel, packet: PfPacket, rule: TranslationRule, direction: Direction): PfPacket {
  if (rule.kind !== 'nat' || packet.fromPort === undefined) return packet;
  const isTaken = (port: number): boolean => {
    const key = keyOf({ ...packet, fromPort: port }, direction);
    return kernel.states.some(({ wire }) => isSameKey(wire, key));
  };
  if (!isTaken(packet.fromPort)) return packet;
  let port = 50_001;
  while (isTaken(port)) port += 1;
  return { ...packet, fromPort: port };
}
