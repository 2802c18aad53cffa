import { kernelAddress } from '../iptables/kernel-address.js';

/** A parsed network as ipset(8) prints a member of a `hash:net`, which has none that is everything. */
export function setMembers(network: string): string[] {
  if (network === '0.0.0.0/0') return ['0.0.0.0/1', '128.0.0.0/1'];
  if (network === '::/0') return ['::/1', '8000::/1'];
  const [address = '', length = ''] = network.split('/');
  const isHost = length === (address.includes(':') ? '128' : '32');
  return [isHost ? kernelAddress(address) : `${kernelAddress(address)}/${length}`];
}
