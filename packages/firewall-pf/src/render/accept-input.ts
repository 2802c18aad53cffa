import type { AcceptInputIntent, PortRange } from 'netdev-core';
import { type FilterRule, filterRule } from './filter-rule.js';
import type { Part } from './slice.js';
import { type Family, familiesOf, groupAddresses, host } from './words.js';

/** Lets in what is for the host: pf does not tell it from what is routed but by its destination. */
export function renderAcceptInput(intent: AcceptInputIntent): Part {
  const { interface: device, source, destination, protocol, ports } = intent;
  const families: readonly Family[] =
    protocol === 'icmp' ? ['inet'] : protocol === 'icmpv6' ? ['inet6'] : familiesOf(source, destination);
  const filter = families.flatMap((family) => {
    const own = protocol === 'tcp' || protocol === 'sctp' ? ['(self)'] : ['(self)', groupAddresses[family]];
    const targets = destination === undefined ? own : [host(destination)];
    const rule = (to: string): FilterRule => ({
      action: 'pass',
      direction: 'in',
      quick: true,
      device,
      family,
      protocol,
      from: host(source),
      to,
      toPort: ports,
    });
    return [...targets.map((to) => filterRule(rule(to))), ...answers(intent, family)];
  });
  return { class: 'acceptInput', filter };
}

/** A DHCP server's answers go to another address than the question came from, so that no state lets them out. */
function answers({ interface: device, protocol, ports }: AcceptInputIntent, family: Family): string[] {
  const [server, client] = family === 'inet' ? [67, 68] : [547, 546];
  if (protocol !== 'udp' || ports === undefined || !covers(ports, server)) return [];
  const rule = { action: 'pass', direction: 'out', quick: true, device, family, protocol } as const;
  return [filterRule({ ...rule, fromPort: server, toPort: client })];
}

function covers(ports: PortRange, port: number): boolean {
  const [first, last] = typeof ports === 'number' ? [ports, ports] : ports;
  return first <= port && port <= last;
}
