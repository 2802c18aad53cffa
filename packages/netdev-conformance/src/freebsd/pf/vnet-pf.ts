import type { FreeBsdVersion } from '../kernel.js';
import { findInterface, type Vnet } from '../vnet.js';
import { createPf, type Pf } from './create-pf.js';

const ofStacks = new WeakMap<Vnet, Pf>();

/** The pf of a stack: each has its own. */
export function pfOf(vnet: Vnet, version: FreeBsdVersion): Pf {
  const present = ofStacks.get(vnet);
  if (present !== undefined) return present;
  const pf = createPf({
    version,
    addressesOf(name) {
      const one = findInterface(vnet, name);
      if (one !== undefined) return one.addresses;
      const members = vnet.interfaces.filter(({ groups }) => groups.includes(name));
      return members.length === 0 ? undefined : members.flatMap(({ addresses }) => addresses);
    },
    groupsOf: (name) => findInterface(vnet, name)?.groups ?? [],
    ownAddresses: () => vnet.interfaces.flatMap(({ addresses }) => addresses),
  });
  ofStacks.set(vnet, pf);
  return pf;
}
