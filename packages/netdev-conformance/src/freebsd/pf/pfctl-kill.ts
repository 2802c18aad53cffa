import { type Cidr, contains, type IpAddress, parseCidr } from 'netdev-core';
import { NotCoveredError } from '../not-covered.js';
import type { PfKernel } from './create-pf.js';
import { type PfctlResult, said } from './pfctl.js';
import { endsOf, type PfState } from './states.js';

/** `-k`: ends the states from somewhere, to somewhere, or by the label of the rule that made them. */
export function killStates(kernel: PfKernel, given: readonly string[], argv: readonly string[]): PfctlResult {
  const [first = '', second] = given;
  if (given.length > 2 || ['id', 'gateway', 'nat'].includes(first))
    throw new NotCoveredError(['pfctl', ...argv], 'these states');
  const before = kernel.states.length;
  kernel.states = kernel.states.filter((state) => !isMeant(state, first, second));
  const count = before - kernel.states.length;
  if (first === 'label') return said('', `killed ${count} states\n`);
  return said('', `killed ${count} states from 1 sources and ${second === undefined ? 0 : 1} destinations\n`);
}

function isMeant(state: PfState, first: string, second: string | undefined): boolean {
  if (first === 'label') return second !== undefined && state.labels.includes(second);
  const { source, target } = endsOf(state);
  return isIn(first, source) && (second === undefined || isIn(second, target));
}

/** `0.0.0.0/0` means every address, of both families. */
function isIn(network: string, address: string): boolean {
  return network === '0.0.0.0/0' || contains(parseCidr(network) as Cidr, address as IpAddress);
}
