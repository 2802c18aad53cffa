import { type Intent, type IntentGroup, type IntentKind, intentKinds, UnsupportedError } from 'netdev-core';

/** What pf of this host can do. */
export interface PfSupport {
  /** Ether rules: FreeBSD 14 and later. */
  ether: boolean;
}

/** Intents that are about frames. */
const ofFrames: readonly IntentKind[] = ['guest', 'isolate-address'];

export function capabilitiesOf({ ether }: PfSupport): ReadonlySet<IntentKind> {
  return new Set(intentKinds.filter((kind) => ether || !ofFrames.includes(kind)));
}

interface Obstacle {
  detail: string;
  hint: string;
}

/** @throws UnsupportedError for an intent that pf cannot express, with what to do instead */
export function checkSupport({ key, intents }: IntentGroup, support: PfSupport): void {
  for (const intent of intents) {
    const obstacle = obstacleOf(intent, support);
    if (obstacle === undefined) continue;
    throw new UnsupportedError({ operation: 'put', object: `${intent.kind} of ${key}`, ...obstacle });
  }
}

const noSctpPorts: Obstacle = {
  detail: 'pf matches ports of tcp and udp only (sctp in some releases of FreeBSD 14)',
  hint: 'leave the ports out, or forward tcp or udp',
};

function obstacleOf(intent: Intent, { ether }: PfSupport): Obstacle | undefined {
  if (!ether && ofFrames.includes(intent.kind)) {
    return {
      detail: `${intent.kind} needs rules for Ethernet frames, which pf of FreeBSD 13 has not`,
      hint:
        intent.kind === 'guest'
          ? 'use FreeBSD 14, or ipfw(8) with its mac and layer2 options; dhcp-guard works on 13'
          : 'use FreeBSD 14, or keep the port apart: ifconfig BRIDGE private PORT',
    };
  }
  switch (intent.kind) {
    case 'source-nat':
      return intent.to === 'masquerade' && intent.interface === undefined
        ? {
            detail: 'pf takes the address of a device that is named, and not of whichever a packet leaves by',
            hint: 'name the interface, one intent for each, or give an address',
          }
        : undefined;
    case 'port-forward':
      return intent.protocol === 'sctp' ? noSctpPorts : undefined;
    case 'accept-input':
      return intent.protocol === 'sctp' && intent.ports !== undefined ? noSctpPorts : undefined;
    case 'security-group':
      return intent.rules.some(({ protocol, ports }) => protocol === 'sctp' && ports !== undefined)
        ? noSctpPorts
        : undefined;
    default:
      return undefined;
  }
}
