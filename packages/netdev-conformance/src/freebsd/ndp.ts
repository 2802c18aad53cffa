import { addressText, isLinkLocal } from './addressing.js';
import { failed, type Program, type ProgramCall, printed } from './command.js';
import { type NeighbourEntry, shownNeighbours } from './neighbours.js';
import { NotCoveredError } from './not-covered.js';
import { linkTowards } from './routing-table.js';
import { findInterface, tell } from './vnet.js';

/** ndp(8): `-an`, `-s ADDRESS MAC` and `-d ADDRESS` (usr.sbin/ndp: ndp.8, ndp.c). Nothing is learned here. */
export const ndp: Program = (call) => {
  const [, option, text = '', mac, ...more] = call.argv;
  if (option === '-an' && call.argv.length === 2)
    return printed(header + shownNeighbours(call.vnet, 'inet6').map(line).join(''));
  const [given = '', zone] = text.split('%');
  const address = addressText(given, 'inet6');
  if (address === undefined || isLinkLocal(address) !== (zone !== undefined) || more.length > 0)
    throw new NotCoveredError(call.argv, 'these words');
  if (option === '-s' && mac !== undefined) return set(call, address, zone, mac);
  if (option === '-d' && mac === undefined) return remove(call, address, zone);
  throw new NotCoveredError(call.argv, 'these words');
};

function set({ vnet, argv }: ProgramCall, address: string, zone: string | undefined, mac: string) {
  if (!/^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/.test(mac)) throw new NotCoveredError(argv, 'such a MAC address');
  const link = zone === undefined ? linkTowards(vnet, address) : findInterface(vnet, zone);
  if (link === undefined) return failed(`ndp: RTM_GET(${address}) failed\n`);
  vnet.neighbours = [
    ...vnet.neighbours.filter((entry) => entry.address !== address || entry.link !== link),
    { address, mac, link },
  ];
  tell(vnet);
  return printed('');
}

function remove({ vnet, argv }: ProgramCall, address: string, zone: string | undefined) {
  const found = vnet.neighbours.find(
    (entry) => entry.address === address && (zone === undefined || entry.link.name === zone),
  );
  if (found === undefined) throw new NotCoveredError(argv, 'what it says of a neighbour that is not there');
  vnet.neighbours = vnet.neighbours.filter((entry) => entry !== found);
  tell(vnet);
  return printed(`${shownAddress(found)} (${shownAddress(found)}) deleted\n`);
}

const header = `${'Neighbor'.padEnd(36)} ${'Linklayer Address'.padEnd(17)} ${'Netif'.padStart(6)} ${'Expire'.padEnd(9)} S Flags\n`;

function line(entry: NeighbourEntry): string {
  const { mac, link } = entry;
  return `${shownAddress(entry).padEnd(36)} ${mac.padEnd(17)} ${link.name.padStart(6)} permanent R \n`;
}

function shownAddress({ address, link }: NeighbourEntry): string {
  return isLinkLocal(address) ? `${address}%${link.name}` : address;
}
