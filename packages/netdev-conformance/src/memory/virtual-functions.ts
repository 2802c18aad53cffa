import {
  type MacAddress,
  parseInterfaceName,
  parsePciAddress,
  parseVirtualFunctionIndex,
  type VirtualFunctionState,
} from 'netdev-core';
import { addLink } from './link-operations.js';
import type { MemoryStacks } from './memory-stacks.js';
import { findByName, type MemoryLink } from './network-stack.js';

/** A virtual function as the memory host keeps it. */
export interface MemoryVirtualFunction {
  link: MemoryLink | undefined;
  parent: MemoryLink;
  index: number;
}

/** A virtual function that a memory host is to have. */
export interface VirtualFunctionSpec {
  pciAddress: string;
  /** The link of the card. */
  parent: string;
  /** Its number on the card. */
  index: number;
  /** Its own link; left out: a guest has it. */
  link?: string;
}

/** Gives a host a virtual function, and the links that it names where they are missing. */
export function addVirtualFunction(stacks: MemoryStacks, spec: VirtualFunctionSpec): void {
  const pciAddress = parsePciAddress(spec.pciAddress);
  const index = parseVirtualFunctionIndex(spec.index);
  const linkOf = (name: string): MemoryLink =>
    findByName(stacks.own, name) ?? addLink(stacks.own, { kind: 'dummy', name }, stacks.own);
  const parent = linkOf(parseInterfaceName(spec.parent, 'parent'));
  const link = spec.link === undefined ? undefined : linkOf(parseInterfaceName(spec.link, 'link'));
  parent.virtualFunctions.set(index, freshState(index));
  stacks.pci.set(pciAddress, { link, parent, index });
}

/** As a card has it that was told nothing. */
function freshState(index: number): VirtualFunctionState {
  return {
    index,
    mac: '00:00:00:00:00:00' as MacAddress,
    vlanId: 0,
    trust: false,
    spoofCheck: false,
    linkState: 'auto',
  };
}
