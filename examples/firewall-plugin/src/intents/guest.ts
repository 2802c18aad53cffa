import { type GuestIntent, ipFamily, ipFromBytes } from 'netdev-core';
import type { Action, Chain, Entry, TableFamily } from '../entry.js';
import { askingChain, groupChain } from './names.js';
import { renderMembers } from './security-group.js';
import { accept, drop } from './words.js';

/**
 * A guest: its frames, what comes to it, and, where it may not send everything, what it sends.
 *
 * This kernel tracks no connections of frames, and its nftables knows no ports of bridges where it tracks packets. So
 * what is for one of the guest's addresses is judged in the table of packets, by bridge and address; what is for
 * everybody (broadcast, multicast) in the table of frames, by port. Since frames are known not to lie about who sent
 * them, what a guest sends is told by its addresses.
 */
export function renderGuest(guest: GuestIntent): Entry[] {
  const { port, bridge, securityGroups, out = 'open' } = guest;
  const own = [...new Set([...guest.addresses, formLinkLocal(guest.mac)])];
  return [
    ...renderFrames(guest, own),
    ...own.map(
      (destination): Entry => ({
        ...{ table: 'bridge', chain: 'forward', rank: 3, match: { out: port, destination }, does: accept },
      }),
    ),
    {
      ...{
        table: 'bridge',
        chain: 'forward',
        rank: 5,
        match: { out: port },
        when: 'meta protocol { ip, ip6 }',
      },
      ...ask('bridge', 'in', securityGroups),
    },
    ...own.map(
      (destination): Entry => ({
        ...{ table: 'inet', chain: 'guests-in', rank: 1, match: { out: bridge, destination } },
        ...ask('inet', 'in', securityGroups),
      }),
    ),
    ...(out === 'open' ? [] : own).map(
      (source): Entry => ({
        ...{ table: 'inet', chain: 'guests-out', rank: 1, match: { in: bridge, source } },
        ...ask('inet', 'out', securityGroups),
      }),
    ),
    ...[...new Set(securityGroups)].flatMap((group) => renderMembers(group, guest.addresses)),
  ];
}

/** What comes in by the guest's port goes on when it does not lie about who sent it; see `frame.ts` for the way it takes. */
function renderFrames({ port, mac }: GuestIntent, own: readonly string[]): Entry[] {
  const entry = (chain: string, rank: number, match: Entry['match'], does: Action): Entry => ({
    ...{ table: 'bridge', chain, rank, match: { in: port, ...match }, does },
  });
  return [
    entry('prerouting', 2, { mac }, { verdict: 'goto guest-frames' }),
    entry('prerouting', 3, {}, drop),
    entry('guest-arp', 1, { arpMac: mac }, { verdict: 'goto guest-arp-source' }),
    ...own.flatMap((address) =>
      ipFamily(address) === 'ipv4'
        ? [
            entry('guest-arp-source', 1, { arpSource: address }, accept),
            entry('guest-ipv4', 1, { source: address }, accept),
          ]
        : [
            entry('guest-adverts', 1, { neighbour: address }, { verdict: 'goto guest-ipv6-source' }),
            entry('guest-ipv6-source', 1, { source: address }, accept),
          ],
    ),
  ];
}

/** Lets the groups of a guest decide: each accepts what a rule of it allows, and what none does is dropped. */
function ask(
  table: TableFamily,
  direction: 'in' | 'out',
  securityGroups: readonly string[],
): { does: Action; needs: Chain[] } {
  const groups = [...new Set(securityGroups)].sort();
  if (groups.length === 0) return { does: { each: 'verdict', value: 'drop' }, needs: [] };
  const chains = groups.map((group) => groupChain(direction, group));
  const asking: Chain = {
    table,
    name: askingChain(direction, groups),
    rules: [...chains.map((chain) => ({ rank: 0, text: `jump ${chain}` })), { rank: 1, text: 'drop' }],
  };
  return {
    does: { each: 'verdict', value: `goto ${asking.name}` },
    needs: [asking, ...chains.map((name) => ({ table, name }))],
  };
}

/** The link-local address that an interface forms from its MAC (RFC 4291, appendix A). */
function formLinkLocal(mac: string): string {
  const [first = 0, second = 0, third = 0, ...rest] = mac.split(':').map((byte) => Number.parseInt(byte, 16));
  const prefix = [0xfe, 0x80, 0, 0, 0, 0, 0, 0];
  return `${ipFromBytes(Uint8Array.from([...prefix, first ^ 2, second, third, 0xff, 0xfe, ...rest]))}/128`;
}
