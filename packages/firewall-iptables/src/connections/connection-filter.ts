import { type Intent, type IpFamily, ipFamily, type PortRange } from 'netdev-core';
import { isHost } from './guest-index.js';

/** Connections of the kernel's table, by what conntrack(8) selects them by. All that is given has to hold. */
export interface ConnectionFilter {
  family: IpFamily;
  protocol?: string | undefined;
  /** As the first packet had them: addresses or networks. */
  from?: string | undefined;
  to?: string | undefined;
  toPort?: number | undefined;
  /** Who answers, and to which address: what a translation made of them. */
  answeredBy?: string | undefined;
  answeredTo?: string | undefined;
  /** Whether the source was translated, to whatever address. */
  masqueraded?: boolean | undefined;
}

/**
 * The connections that an intent let through or translated, as narrowly as the kernel's table tells them. None for intents
 * whose connections it does not tell from others: policies of bridges, exceptions, several ports, and hosts that are not named.
 */
export function connectionsOf(intent: Intent): ConnectionFilter[] {
  switch (intent.kind) {
    case 'floating-address': {
      const family = ipFamily(intent.floating);
      return [
        { family, to: intent.floating, answeredBy: intent.fixed },
        { family, from: intent.fixed, answeredTo: intent.floating },
      ];
    }
    case 'port-forward': {
      const { address, protocol, port, toAddress } = intent;
      return [{ family: ipFamily(address), protocol, to: address, toPort: port, answeredBy: toAddress }];
    }
    case 'redirect': {
      const { source, address, protocol, port, toAddress } = intent;
      const family = ipFamily(address);
      return [{ family, protocol, from: source, to: address, toPort: port, answeredBy: toAddress }];
    }
    case 'source-nat': {
      const { source, destination, to } = intent;
      const translated = to === 'masquerade' ? { masqueraded: true } : { answeredTo: to };
      return [{ family: ipFamily(source), from: source, to: destination, ...translated }];
    }
    case 'accept-input': {
      const { source, destination, protocol, ports } = intent;
      const toPort = onePort(ports);
      if (destination === undefined || (ports !== undefined && toPort === undefined)) return [];
      return [{ family: ipFamily(destination), protocol, from: source, to: destination, toPort }];
    }
    case 'guest':
      return intent.addresses.filter(isHost).flatMap((address) => {
        const family = ipFamily(address);
        return [
          { family, from: address },
          { family, to: address },
        ];
      });
    default:
      return [];
  }
}

function onePort(ports: PortRange | undefined): number | undefined {
  if (ports === undefined || typeof ports === 'number') return ports;
  return ports[0] === ports[1] ? ports[0] : undefined;
}

/** The words of conntrack(8) that select these connections. */
export function filterWords(filter: ConnectionFilter): string[] {
  const words: readonly (readonly [string, string | number | undefined])[] = [
    ['-f', filter.family],
    ['-p', filter.protocol === 'icmpv6' ? 'ipv6-icmp' : filter.protocol],
    ['-s', filter.from],
    ['-d', filter.to],
    ['--orig-port-dst', filter.toPort],
    ['-r', filter.answeredBy],
    ['-q', filter.answeredTo],
  ];
  return [
    ...words.flatMap(([option, value]) => (value === undefined ? [] : [option, `${value}`])),
    ...(filter.masqueraded === true ? ['-n'] : []),
  ];
}
