import { type Program, printed } from './command.js';
import { NotCoveredError } from './not-covered.js';

const known = ['if_bridge', 'if_tuntap', 'if_epair', 'if_vlan', 'pf'];

/** kldload(8) of the modules that matter here, each for the first time. */
export const kldload: Program = ({ argv, kernel, vnet }) => {
  const names = argv.slice(1);
  if (names.length === 0 || vnet !== kernel.host || names.some((name) => !known.includes(name)))
    throw new NotCoveredError(argv, 'these modules');
  if (names.some((name) => kernel.modules.has(name)))
    throw new NotCoveredError(argv, 'what it says of a module that is there');
  for (const name of names) kernel.modules.add(name);
  return printed('');
};
