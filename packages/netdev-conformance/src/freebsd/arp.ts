import { addressText } from './addressing.js';
import { failed, type Program, type ProgramCall, printed } from './command.js';
import { NotCoveredError } from './not-covered.js';
import { linkTowards } from './routing-table.js';
import { type ArpEntry, tell } from './vnet.js';

/** arp(8): nothing is learned here, so that what there is was set. */
export const arp: Program = (call) => {
  const [, option = '', ...rest] = call.argv;
  const { vnet } = call;
  if (option === '-an' && rest.length === 0) return printed(vnet.arp.map(line).join(''));
  if (option === '-an' && rest.join(' ') === '--libxo json') return printed(json(vnet.arp));
  if (option === '-da' && rest.length === 0) {
    vnet.arp = [];
    return printed('');
  }
  const [address = '', mac] = rest;
  if (addressText(address, 'inet') === undefined) throw new NotCoveredError(call.argv, 'these words');
  if (option === '-s' && rest.length === 2) return set(call, address, mac ?? '');
  if (rest.length !== 1) throw new NotCoveredError(call.argv, 'these words');
  const found = vnet.arp.find((entry) => entry.address === address);
  if (option === '-n')
    return found === undefined
      ? failed('', { stdout: `${address} (${address}) -- no entry\n` })
      : printed(line(found));
  if (option !== '-d' && option !== '-nd') throw new NotCoveredError(call.argv, `arp ${option}`);
  if (found === undefined) return failed('');
  vnet.arp = vnet.arp.filter((entry) => entry !== found);
  tell(vnet);
  return printed(`${address} (${address}) deleted\n`);
};

function set({ vnet, argv }: ProgramCall, address: string, mac: string) {
  const link = linkTowards(vnet, address);
  if (link === undefined || !/^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/.test(mac))
    throw new NotCoveredError(argv, 'an address of no network, or such a MAC address');
  vnet.arp = [...vnet.arp.filter((entry) => entry.address !== address), { address, mac, link }];
  tell(vnet);
  return printed('');
}

function line({ address, mac, link }: ArpEntry): string {
  return `? (${address}) at ${mac} on ${link.name} permanent [ethernet]\n`;
}

/** `.arp."arp-cache"[]`; of its fields two are known. */
function json(entries: readonly ArpEntry[]): string {
  const cache = entries.map(({ address, mac }) => ({ 'ip-address': address, 'mac-address': mac }));
  return `${JSON.stringify({ arp: { 'arp-cache': cache } })}\n`;
}
