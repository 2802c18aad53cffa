import { addressText } from './addressing.js';
import { failed, type Program, type ProgramCall, printed } from './command.js';
import { type NeighbourEntry, shownNeighbours } from './neighbours.js';
import { NotCoveredError } from './not-covered.js';
import { linkTowards } from './routing-table.js';
import { tell } from './vnet.js';

/** arp(8): nothing is learned here, so that what there is was set, or is the host's own. */
export const arp: Program = (call) => {
  const [, option = '', ...rest] = call.argv;
  const { vnet } = call;
  const shown = shownNeighbours(vnet, 'inet');
  if (option === '-an' && rest.length === 0) return printed(shown.map(line).join(''));
  if (option === '-an' && rest.join(' ') === '--libxo json') return printed(json(shown));
  if (option === '-da' && rest.length === 0) {
    vnet.neighbours = vnet.neighbours.filter(({ address }) => address.includes(':'));
    return printed('');
  }
  const [address = '', mac] = rest;
  if (addressText(address, 'inet') === undefined) throw new NotCoveredError(call.argv, 'these words');
  if (option === '-s' && rest.length === 2) return set(call, address, mac ?? '');
  if (rest.length !== 1) throw new NotCoveredError(call.argv, 'these words');
  const found = shown.find((entry) => entry.address === address);
  if (option === '-n')
    return found === undefined
      ? failed('', { stdout: `${address} (${address}) -- no entry\n` })
      : printed(line(found));
  if (option !== '-d' && option !== '-nd') throw new NotCoveredError(call.argv, `arp ${option}`);
  if (found === undefined) return failed('');
  if (!vnet.neighbours.includes(found)) throw new NotCoveredError(call.argv, "an address of the host's own");
  vnet.neighbours = vnet.neighbours.filter((entry) => entry !== found);
  tell(vnet);
  return printed(`${address} (${address}) deleted\n`);
};

function set({ vnet, argv }: ProgramCall, address: string, mac: string) {
  if (!/^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/.test(mac)) throw new NotCoveredError(argv, 'such a MAC address');
  const link = linkTowards(vnet, address);
  if (link === undefined) return failed(`arp: cannot intuit interface index and type for ${address}\n`);
  vnet.neighbours = [...vnet.neighbours.filter((entry) => entry.address !== address), { address, mac, link }];
  tell(vnet);
  return printed('');
}

function line({ address, mac, link }: NeighbourEntry): string {
  return `? (${address}) at ${mac} on ${link.name} permanent [ethernet]\n`;
}

/** `.arp."arp-cache"[]`, with the fields of usr.sbin/arp/arp.c, print_entry. */
function json(entries: readonly NeighbourEntry[]): string {
  const cache = entries.map(({ address, mac, link }) => ({
    hostname: '?',
    'ip-address': address,
    'mac-address': mac,
    interface: link.name,
    permanent: true,
    type: link.type === 'bridge' || link.type === 'vlan' ? link.type : 'ethernet',
  }));
  return `${JSON.stringify({ __version: '1', arp: { 'arp-cache': cache } })}\n`;
}
