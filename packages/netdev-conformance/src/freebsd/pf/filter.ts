import { type Anchors, calledAnchors } from './anchors.js';
import {
  type MatchContext,
  matchesHost,
  matchesInterface,
  matchesPacket,
  type PfHost,
} from './match-packet.js';
import type { PfFrame, PfPacket } from './packet.js';
import type { AnchorRule, Direction, EtherAnchorRule, EtherRule, FilterRule, MacMatch } from './rules.js';

/** What rules have made of a packet so far: the last that matched, and the tag, which stays. */
interface Course<Rule> {
  rule: Rule | undefined;
  tag: string | undefined;
  /** A rule with `quick` has matched. */
  ended: boolean;
}

interface FilterContext {
  host: PfHost;
  anchors: Anchors;
  interface: string;
  direction: Direction;
}

/** Which filter rule decides about a packet: the last that matches, or the first with `quick`. */
export function filterPacket(packet: PfPacket, context: FilterContext): Course<FilterRule> {
  const course: Course<FilterRule> = { rule: undefined, tag: packet.tag, ended: false };
  runRules(context.anchors.get('')?.rules.filter ?? [], '', packet, context, course);
  return course;
}

function runRules(
  rules: readonly (FilterRule | AnchorRule)[],
  path: string,
  given: PfPacket,
  context: FilterContext,
  course: Course<FilterRule>,
): void {
  const match: MatchContext = { ...context, path };
  for (const rule of rules) {
    const packet = { ...given, tag: course.tag };
    if (rule.kind === 'filter') rule.counters.evaluations += 1n;
    if (rule.direction !== undefined && rule.direction !== context.direction) continue;
    if (!matchesPacket(rule, packet, match)) continue;
    if (rule.kind === 'filter' && !matchesFilter(rule, packet)) continue;
    course.tag = rule.tag ?? course.tag;
    if (rule.kind === 'filter') {
      course.rule = rule;
      course.ended = rule.quick;
    } else {
      const before = course.rule;
      if (rule.inline !== undefined) runRules(rule.inline, path, given, context, course);
      else
        for (const each of calledAnchors(context.anchors, path, rule.name ?? '')) {
          if (!course.ended)
            runRules(context.anchors.get(each)?.rules.filter ?? [], each, given, context, course);
        }
      course.ended ||= rule.quick && course.rule !== before;
    }
    if (course.ended) return;
  }
}

function matchesFilter(rule: FilterRule, packet: PfPacket): boolean {
  if (rule.user !== undefined) throw new Error('the simulated pf does not know the owners of sockets');
  if (packet.protocol === 'tcp' && !matchesFlags(rule, packet.flags ?? 'S')) return false;
  if (rule.icmp === undefined) return true;
  return (
    rule.icmp.type === packet.icmpType &&
    (rule.icmp.code === undefined || rule.icmp.code === (packet.icmpCode ?? 0))
  );
}

/** A rule that keeps state takes segments that open a connection only, unless it says otherwise. */
function matchesFlags(rule: FilterRule, flags: string): boolean {
  const byItself = rule.action === 'pass' && rule.state !== 'no' ? 'S/SA' : undefined;
  const [set = '', of = ''] = (rule.flags ?? byItself ?? '').split('/');
  return [...of].every((flag) => set.includes(flag) === flags.includes(flag));
}

/** Which ether rule decides about a frame. */
export function filterFrame(frame: PfFrame, context: FilterContext): Course<EtherRule> {
  const course: Course<EtherRule> = { rule: undefined, tag: frame.tag, ended: false };
  runEther(context.anchors.get('')?.rules.ether ?? [], '', frame, context, course);
  return course;
}

function runEther(
  rules: readonly (EtherRule | EtherAnchorRule)[],
  path: string,
  frame: PfFrame,
  context: FilterContext,
  course: Course<EtherRule>,
): void {
  for (const rule of rules) {
    rule.counters.evaluations += 1n;
    if (!matchesEther(rule, { ...frame, tag: course.tag }, path, context)) continue;
    course.tag = rule.tag ?? course.tag;
    if (rule.kind === 'ether') {
      course.rule = rule;
      course.ended = rule.quick;
    } else {
      const before = course.rule;
      if (rule.inline !== undefined) runEther(rule.inline, path, frame, context, course);
      else
        for (const each of calledAnchors(context.anchors, path, rule.name ?? '')) {
          if (!course.ended)
            runEther(context.anchors.get(each)?.rules.ether ?? [], each, frame, context, course);
        }
      course.ended ||= rule.quick && course.rule !== before;
    }
    if (course.ended) return;
  }
}

function matchesEther(
  rule: EtherRule | EtherAnchorRule,
  frame: PfFrame,
  path: string,
  context: FilterContext,
): boolean {
  const { l3 } = rule;
  const addresses = { host: context.host, anchors: context.anchors, path };
  return (
    matchesInterface(rule.interface, context.interface, context.host) &&
    (rule.direction === undefined || rule.direction === context.direction) &&
    (rule.protocol === undefined || rule.protocol === frame.etherType) &&
    (rule.from === undefined || matchesMac(rule.from, frame.from)) &&
    (rule.to === undefined || matchesMac(rule.to, frame.to)) &&
    (rule.tagged === undefined || (rule.tagged.tag === frame.tag) !== rule.tagged.not) &&
    // The kernel looks at the addresses of IP packets only (pf_test_eth_rule of sys/netpfil/pf/pf.c): in any
    // other frame, ARP included, these match.
    (l3 === undefined ||
      frame.l3 === undefined ||
      (matchesHost(l3.from, frame.l3.from, addresses) && matchesHost(l3.to, frame.l3.to, addresses)))
  );
}

function matchesMac({ not, address, mask }: MacMatch, mac: string): boolean {
  const bytes = (text: string): number[] => text.split(':').map((byte) => Number.parseInt(byte, 16));
  const masks = mask?.startsWith('&') ? bytes(mask.slice(1)) : maskOfLength(mask);
  const [wanted, own] = [bytes(address), bytes(mac)];
  const same = masks.every((bits, index) => ((wanted[index] ?? 0) & bits) === ((own[index] ?? 0) & bits));
  return same !== not;
}

function maskOfLength(mask: string | undefined): number[] {
  const length = mask === undefined ? 48 : Number(mask.slice(1));
  return Array.from(
    { length: 6 },
    (_, index) => (0xff00 >> Math.min(8, Math.max(0, length - index * 8))) & 0xff,
  );
}
