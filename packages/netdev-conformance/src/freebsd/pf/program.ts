import type { Program } from '../command.js';
import { pfOf } from './vnet-pf.js';

/** pfctl(8) in the stack that it is run in. */
export const pfctl: Program = ({ argv, stdin, vnet, kernel }) =>
  pfOf(vnet, kernel.version).pfctl(argv.slice(1), stdin);
