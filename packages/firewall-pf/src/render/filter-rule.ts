import type { PortRange, Protocol } from 'netdev-core';
import { type Family, line, on, portText, protocolWord } from './words.js';

/** A filter rule, of parsed values only. */
export interface FilterRule {
  action: 'pass' | 'block';
  direction?: 'in' | 'out';
  quick?: boolean;
  device?: string | undefined;
  family?: Family | undefined;
  protocol?: Protocol | undefined;
  /** As pf writes it: an address, `<table>`, `(self)`, `! …`. Left out: any. */
  from?: string | undefined;
  fromPort?: PortRange | undefined;
  to?: string | undefined;
  toPort?: PortRange | undefined;
  icmpType?: number | undefined;
  icmpCode?: number | undefined;
  tag?: string | undefined;
  tagged?: string | undefined;
  notTagged?: string | undefined;
}

/** The text of a rule, up to its labels. */
export function filterRule(rule: FilterRule): string {
  const { from = 'any', fromPort, to = 'any', toPort, icmpType } = rule;
  const isAll = from === 'any' && to === 'any' && fromPort === undefined && toPort === undefined;
  return line(
    rule.action === 'block' ? 'block drop' : 'pass',
    rule.direction,
    rule.quick === true && 'quick',
    rule.device !== undefined && on(rule.device),
    rule.family,
    rule.protocol !== undefined && `proto ${protocolWord(rule.protocol)}`,
    isAll ? 'all' : `from ${end(from, fromPort)} to ${end(to, toPort)}`,
    icmpType !== undefined && icmpWords(rule.protocol, icmpType, rule.icmpCode),
    rule.tag !== undefined && `tag ${rule.tag}`,
    rule.tagged !== undefined && `tagged ${rule.tagged}`,
    rule.notTagged !== undefined && `! tagged ${rule.notTagged}`,
  );
}

function end(host: string, port: PortRange | undefined): string {
  return port === undefined ? host : `${host} port ${portText(port)}`;
}

function icmpWords(protocol: Protocol | undefined, type: number, code: number | undefined): string {
  const option = protocol === 'icmpv6' ? 'icmp6-type' : 'icmp-type';
  return code === undefined ? `${option} ${type}` : `${option} ${type} code ${code}`;
}
