import { type GuestIntent, type IpFamily, ipFamily, parseMacAddress } from 'netdev-core';
import { askChains } from './allowance.js';
import { formLinkLocal } from './link-local.js';
import { rule } from './match.js';
import { memberSet, privateChain } from './names.js';
import { matchTarget } from './neighbour-target.js';
import { renderGuestFrames } from './render-guest-frames.js';
import type { ChainRef, RenderedRule } from './rendered-rule.js';
import type { Ownership, RenderedPart, SetUse } from './rendering.js';
import { setMembers } from './set-members.js';

/** ICMPv6 types: RFC 4861, 4, for neighbour discovery, RFC 2710 and RFC 3810 for group membership. */
const icmpv6 = {
  membershipQuery: 130,
  membershipReport: 131,
  membershipDone: 132,
  routerSolicitation: 133,
  routerAdvertisement: 134,
  neighbourSolicitation: 135,
  neighbourAdvertisement: 136,
  membershipReportV2: 143,
} as const;

/** What no group has to allow, in each direction, as what it returns from a guest's chain. */
const always: Record<'in' | 'out', Record<IpFamily, readonly string[]>> = {
  in: {
    ipv4: [rule({ protocol: 'udp', fromPort: 67, ports: 68 }, 'RETURN')],
    ipv6: [
      rule({ protocol: 'udp', fromPort: 547, ports: 546 }, 'RETURN'),
      ...returning(
        icmpv6.membershipQuery,
        icmpv6.routerAdvertisement,
        icmpv6.neighbourSolicitation,
        icmpv6.neighbourAdvertisement,
      ),
    ],
  },
  out: {
    ipv4: [rule({ protocol: 'udp', fromPort: 68, ports: 67 }, 'RETURN')],
    ipv6: [
      rule({ protocol: 'udp', fromPort: 546, ports: 547 }, 'RETURN'),
      ...returning(
        icmpv6.membershipReport,
        icmpv6.membershipDone,
        icmpv6.routerSolicitation,
        icmpv6.neighbourSolicitation,
        icmpv6.membershipReportV2,
      ),
    ],
  },
};

function returning(...types: number[]): string[] {
  return types.map((icmpType) => rule({ protocol: 'icmpv6', icmpType }, 'RETURN'));
}

/**
 * The rules of a guest: its frames (see `render-guest-frames.ts`), and for each family a chain for what comes to it and,
 * where there is something to look at, one for what it sends.
 *
 * What is bridged to the guest is told by its port; what is routed to it, where the port is not known yet, by its
 * addresses. What it sends is told by its addresses, since its frames are known not to lie about them.
 */
export function renderGuest(guest: GuestIntent, by: Ownership): RenderedPart {
  const frames = renderGuestFrames(guest, by.owner);
  const parts = (['ipv4', 'ipv6'] as const).flatMap((family) => [
    renderIn(guest, family, by),
    renderOut(guest, family, by),
  ]);
  return {
    rules: [...frames.rules, ...parts.flatMap(({ rules }) => rules)],
    chains: [...frames.chains, ...parts.flatMap(({ chains }) => chains)],
    sets: guest.securityGroups.flatMap((group) => membership(guest, group, by.owner)),
  };
}

type Layer3 = Pick<RenderedPart, 'chains'> & { rules: RenderedRule[] };

function renderIn(guest: GuestIntent, family: IpFamily, { owner, markBit }: Ownership): Layer3 {
  const { port, bridge } = guest;
  const chain = privateChain('i', port, owner);
  const groups = chainsOf('si', guest, owner);
  const target = `${owner}-${chain}`;
  return placed(family, {
    guests: [
      rule({ more: `-m physdev --physdev-out ${port} --physdev-is-bridged` }, target),
      ...addressesOf(guest, family).map((destination) =>
        rule({ destination, out: bridge, more: '-m physdev ! --physdev-is-bridged' }, target),
      ),
    ],
    [chain]: [
      ...always.in[family],
      ...askChains(
        groups.map((group) => `${owner}-${group}`),
        markBit,
      ),
    ],
    ...emptyChains(groups),
  });
}

function renderOut(guest: GuestIntent, family: IpFamily, { owner, markBit }: Ownership): Layer3 {
  const isOpen = guest.out !== 'groups';
  if (isOpen && family === 'ipv4') return { rules: [], chains: [] };
  const { port, bridge } = guest;
  const chain = privateChain('o', port, owner);
  const groups = isOpen ? [] : chainsOf('so', guest, owner);
  const sources = [
    ...addressesOf(guest, family),
    ...(family === 'ipv6' ? [`${formLinkLocal(parseMacAddress(guest.mac))}/128`] : []),
  ];
  // In two chains: what it sends to a neighbour or the world passes FORWARD, what it sends to the host INPUT. That goes
  // for guests that may send everything too: neither is to believe it a neighbour advertisement for another's address.
  const jumps = sources.map((source) => rule({ source, in: bridge }, `${owner}-${chain}`));
  return placed(family, {
    guests: jumps,
    'guests-in': jumps,
    [chain]: [
      ...(family === 'ipv6' ? notAnothers(sources) : []),
      ...(isOpen ? [] : always.out[family]),
      ...(isOpen
        ? []
        : askChains(
            groups.map((group) => `${owner}-${group}`),
            markBit,
          )),
    ],
    ...emptyChains(groups),
  });
}

/** What frames cannot be asked for: behind extension headers, and for which address a neighbour is advertised. */
function notAnothers(own: readonly string[]): string[] {
  const advertisement = { protocol: 'icmpv6', icmpType: icmpv6.neighbourAdvertisement } as const;
  return [
    rule({ protocol: 'icmpv6', icmpType: icmpv6.routerAdvertisement }, 'DROP'),
    rule({ protocol: 'udp', fromPort: 547 }, 'DROP'),
    ...own.map((address) => rule({ ...advertisement, more: matchTarget(address) }, 'RETURN')),
    rule(advertisement, 'DROP'),
  ];
}

function addressesOf({ addresses }: GuestIntent, family: IpFamily): string[] {
  return [...new Set(addresses)].filter((address) => ipFamily(address) === family);
}

function chainsOf(use: 'si' | 'so', { securityGroups }: GuestIntent, owner: string): string[] {
  return [...new Set(securityGroups)].map((group) => privateChain(use, group, owner));
}

function emptyChains(chains: readonly string[]): Record<string, string[]> {
  return Object.fromEntries(chains.map((chain) => [chain, []]));
}

const ofFrame: ReadonlySet<string> = new Set(['guests', 'guests-in']);

/** Rules of one family by their chains, of which all but the frame's are to be there. */
function placed(family: IpFamily, texts: Record<string, readonly string[]>): Layer3 {
  const refs = Object.keys(texts).map((chain): ChainRef => ({ family, table: 'filter', chain }));
  return {
    chains: refs.filter(({ chain }) => !ofFrame.has(chain)),
    rules: refs.flatMap((ref) => (texts[ref.chain] ?? []).map((text) => ({ ...ref, rank: 0, text }))),
  };
}

function membership(guest: GuestIntent, group: string, owner: string): SetUse[] {
  return (['ipv4', 'ipv6'] as const).map((family) => ({
    family,
    name: memberSet(family, group, owner),
    isNeeded: false,
    members: addressesOf(guest, family).flatMap(setMembers),
  }));
}
