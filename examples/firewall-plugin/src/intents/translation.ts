import type {
  FloatingAddressIntent,
  NoNatIntent,
  PortForwardIntent,
  RedirectIntent,
  SourceNatIntent,
} from 'netdev-core';
import type { Action, Entry } from '../entry.js';
import type { Match } from '../match.js';
import { accept, letThrough } from './words.js';

/** The ranks of the chain `postrouting`, in the order in which a packet meets them. */
const rank = { hairpin: 0, noNat: 1, floating: 2, source: 3 } as const;
/** Those of `prerouting` and `output`: one port is more than a whole address. */
const arriving = { port: 0, address: 1 } as const;

const isTranslated = 'ct status dnat';

function leaving(place: keyof typeof rank, match: Match, does: Action, when?: string): Entry {
  return { table: 'inet', chain: 'postrouting', rank: rank[place], match, does, when };
}

export function renderSourceNat(intent: SourceNatIntent): Entry[] {
  const { source, destination, interface: out, to } = intent;
  const does: Action = to === 'masquerade' ? { verdict: 'masquerade' } : { each: 'snat', value: to };
  const nat = leaving('source', { source, destination, out }, does);
  if (destination !== undefined || source.endsWith('/0')) return [nat];
  // Neighbours that the host routes between on one network keep their addresses.
  return [leaving('source', { source, destination: source, out }, accept), nat];
}

export function renderNoNat({ source, destination }: NoNatIntent): Entry[] {
  return [leaving('noNat', { source, destination }, accept)];
}

export function renderPortForward(intent: PortForwardIntent): Entry[] {
  const { address, protocol, port, toAddress, toPort = port, hairpin } = intent;
  const inside: Match = { destination: toAddress, protocol, port: toPort };
  return [
    ...(['prerouting', 'output'] as const).map(
      (chain): Entry => ({
        table: 'inet',
        chain,
        rank: arriving.port,
        match: { destination: address, protocol, port },
        does: { each: 'dnat', value: toAddress, port: toPort },
      }),
    ),
    ...renderHairpin(address, inside, hairpin),
    renderTranslated({ ...inside, original: address }),
  ];
}

export function renderRedirect(intent: RedirectIntent): Entry[] {
  const { interface: device, source, protocol, address, port, toAddress, toPort } = intent;
  const inside: Match = { in: device, source, destination: toAddress, protocol, port: toPort };
  return [
    {
      table: 'inet',
      chain: 'prerouting',
      rank: arriving.port,
      match: { in: device, source, destination: address, protocol, port },
      does: { each: 'dnat', value: toAddress, port: toPort },
    },
    { table: 'inet', chain: 'input', rank: 1, match: inside, when: isTranslated, does: letThrough },
    renderTranslated({ ...inside, original: address }),
  ];
}

export function renderFloatingAddress(intent: FloatingAddressIntent): Entry[] {
  const { floating, fixed, interface: out, hairpin } = intent;
  return [
    ...(['prerouting', 'output'] as const).map(
      (chain): Entry => ({
        table: 'inet',
        chain,
        rank: arriving.address,
        match: { destination: floating },
        does: { each: 'dnat', value: fixed },
      }),
    ),
    ...renderHairpin(floating, { destination: fixed }, hairpin),
    leaving('floating', { source: fixed, out }, { each: 'snat', value: floating }),
    renderTranslated({ destination: fixed, original: floating }),
  ];
}

/**
 * A guest that reaches its neighbour by the address outside would get the answer from the one inside, past the host; so
 * towards the guest the host speaks with the address outside.
 */
function renderHairpin(outside: string, inside: Match, network: string | undefined): Entry[] {
  if (network === undefined) return [];
  const match = { ...inside, source: network, original: outside };
  return [leaving('hairpin', match, { each: 'snat', value: outside }, isTranslated)];
}

/** Lets a translated connection through, whatever the policies of the bridges are; none that somebody else translated. */
function renderTranslated(match: Match): Entry {
  return { table: 'inet', chain: 'translated', rank: 1, match, does: letThrough };
}
