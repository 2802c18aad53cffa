import type { Proof } from '../proof.js';
import { addresses } from './addresses.js';
import { floating } from './floating.js';
import { names } from './names.js';
import { neighbours } from './neighbours.js';
import { outbound } from './outbound.js';
import { redirects } from './redirects.js';
import { repair } from './repair.js';
import { rogue } from './rogue.js';

/** In the order in which they are shown; the teardown's proof comes after them. */
export const proofs: readonly Proof[] = [
  addresses,
  names,
  neighbours,
  outbound,
  floating,
  redirects,
  rogue,
  repair,
];
