import type { Neighbour, ParsedNeighbourSpec } from 'netdev-core';
import { type MemoryLink, type NetworkStack, tell } from './network-stack.js';

/** The neighbours of all links, with the names that these have now. */
export function neighboursOf(stack: NetworkStack): Neighbour[] {
  return stack.neighbours.flatMap(({ linkIndex, neighbour }) => {
    const link = stack.links.get(linkIndex);
    return link === undefined ? [] : { ...neighbour, link: link.name };
  });
}

export function putNeighbour(stack: NetworkStack, link: MemoryLink, spec: ParsedNeighbourSpec): Neighbour {
  const neighbour: Neighbour = { ...spec, link: link.name, state: 'permanent', router: false };
  takeNeighbour(stack, link, spec.address);
  stack.neighbours.push({ linkIndex: link.index, neighbour });
  tell(stack, { type: 'neighbour-changed', neighbour });
  return neighbour;
}

/** Answers whether there was one. */
export function dropNeighbour(stack: NetworkStack, link: MemoryLink, address: string): boolean {
  const neighbour = takeNeighbour(stack, link, address);
  if (neighbour !== undefined) tell(stack, { type: 'neighbour-removed', neighbour });
  return neighbour !== undefined;
}

/** A link that goes down, or away, forgets its neighbours. */
export function forgetNeighbours(stack: NetworkStack, link: MemoryLink): void {
  for (const { linkIndex, neighbour } of stack.neighbours)
    if (linkIndex === link.index) dropNeighbour(stack, link, neighbour.address);
}

function takeNeighbour(stack: NetworkStack, link: MemoryLink, address: string): Neighbour | undefined {
  const found = stack.neighbours.find(
    ({ linkIndex, neighbour }) => linkIndex === link.index && neighbour.address === address,
  );
  stack.neighbours = stack.neighbours.filter((entry) => entry !== found);
  return found && { ...found.neighbour, link: link.name };
}
