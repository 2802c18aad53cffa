import { InvalidArgumentError, parseInteger, parseMacAddress, parsePort } from 'netdev-core';

/** What a switch does with some of its packets. */
export interface Flow {
  /** 0 to 65535; of the flows that match, the highest decides. */
  priority: number;
  /** Left out: all packets. */
  match?: FlowMatch;
  /** Thrown away, or handled as a switch without flows does. */
  action: 'drop' | 'normal';
}

/** UDP over IPv4; what is left out may be anything. */
export interface FlowMatch {
  protocol: 'udp';
  destinationPort?: number;
  /** Of the device that it goes to. */
  destinationMac?: string;
}

/** A flow in the words of ovs-fields(7) and ovs-actions(7). @throws InvalidArgumentError */
export function renderFlow({ priority, match, action }: Flow): string {
  if (action !== 'drop' && action !== 'normal')
    throw new InvalidArgumentError('flow.action', action, 'drop or normal');
  return [
    ...(match === undefined ? [] : renderMatch(match)),
    `priority=${parseInteger(priority, 'flow.priority', 0, 65535, 'a priority')}`,
    `actions=${action}`,
  ].join(',');
}

/** The same for a match alone. @throws InvalidArgumentError */
export function renderMatch({ protocol, destinationPort: port, destinationMac: mac }: FlowMatch): string[] {
  if (protocol !== 'udp') throw new InvalidArgumentError('flow.match.protocol', protocol, 'udp');
  // Told as it was given, as in the database: who compares the two as text finds them equal.
  if (mac !== undefined) parseMacAddress(mac, 'flow.match.destinationMac');
  return [
    protocol,
    ...(port === undefined ? [] : [`tp_dst=${parsePort(port, 'flow.match.destinationPort')}`]),
    ...(mac === undefined ? [] : [`dl_dst=${mac}`]),
  ];
}
