import type { RoutingRuleSpec } from 'netdev-core';

/** The command for a rule (ip-rule(8)). iproute2 would call it boot, the driver calls it static. */
export function routingRule(what: 'add' | 'delete', spec: RoutingRuleSpec): string[] {
  const { priority, action = 'lookup', table, from, to, mark, markMask, inputLink, outputLink } = spec;
  const ipv6 = spec.family === 'ipv6' || [from, to].some((network) => network?.includes(':'));
  const protocol = spec.protocol ?? (what === 'add' ? 'static' : undefined);
  return [
    ...['ip', ...(ipv6 ? ['-6'] : []), 'rule', what],
    ...(spec.inverted === true ? ['not'] : []),
    ...['from', from ?? 'all'],
    ...(to === undefined ? [] : ['to', to]),
    ...(mark === undefined ? [] : ['fwmark', markMask === undefined ? String(mark) : `${mark}/${markMask}`]),
    ...(inputLink === undefined ? [] : ['iif', inputLink]),
    ...(outputLink === undefined ? [] : ['oif', outputLink]),
    ...(priority === undefined ? [] : ['priority', String(priority)]),
    ...(protocol === undefined ? [] : ['protocol', protocol]),
    ...(action === 'lookup' ? ['table', String(table)] : ['type', action]),
  ];
}
