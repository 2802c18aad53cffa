import {
  DeviceNotFoundError,
  type NetDevDriver,
  PlatformError,
  parseInterfaceName,
  parseMacAddress,
  parsePciAddress,
  parseVirtualFunctionChanges,
  parseVirtualFunctionIndex,
  virtualFunctionDifference,
} from 'netdev-core';
import { requireLink } from '../link-operations.js';
import type { MemorySession } from './session.js';

type VirtualFunctions = Pick<
  NetDevDriver,
  'findVirtualFunction' | 'listVirtualFunctions' | 'updateVirtualFunction'
>;

/** Finds, reads and changes the virtual functions of a host's network cards. */
export function createMemoryVirtualFunctions({
  stacks,
  stack,
  begin,
  need,
  done,
}: MemorySession): VirtualFunctions {
  return {
    async findVirtualFunction(pciAddress, callOptions) {
      const operation = 'find virtual function';
      begin(operation, callOptions);
      const parsed = parsePciAddress(pciAddress);
      need('sriov', operation, parsed);
      const found = stacks.pci.get(parsed);
      if (found === undefined) throw new DeviceNotFoundError({ operation, object: parsed });
      const { link, parent, index } = found;
      if (stack.links.get(parent.index) !== parent) {
        throw new PlatformError({ operation, object: parsed, detail: 'its card has no network device here' });
      }
      const own = link !== undefined && stack.links.get(link.index) === link ? { link: link.name } : {};
      return { pciAddress: parsed, ...own, parent: parent.name, index };
    },

    async listVirtualFunctions(parent, callOptions) {
      const operation = 'read the virtual functions of';
      begin(operation, callOptions);
      const name = parseInterfaceName(parent, 'parent');
      need('sriov', operation, name);
      const { virtualFunctions } = requireLink(stack, name, operation);
      return [...virtualFunctions.values()]
        .sort((one, other) => one.index - other.index)
        .map((state) => ({ ...state }));
    },

    async updateVirtualFunction(parent, index, given, callOptions) {
      const operation = 'change virtual function';
      begin(operation, callOptions);
      const name = parseInterfaceName(parent, 'parent');
      const number = parseVirtualFunctionIndex(index);
      const wanted = parseVirtualFunctionChanges(given);
      need('sriov', operation, `${number} of ${name}`);
      const { virtualFunctions } = requireLink(stack, name, operation);
      const state = virtualFunctions.get(number);
      if (state === undefined) {
        throw new DeviceNotFoundError({
          operation,
          object: `${number} of ${name}`,
          detail: `${name} has no virtual function ${number}`,
        });
      }
      const changes = virtualFunctionDifference(state, wanted);
      if (Object.keys(changes).length === 0) return { changed: false, value: { ...state } };
      const { mac, ...rest } = changes;
      Object.assign(state, rest, mac === undefined ? {} : { mac: parseMacAddress(mac) });
      done({ do: 'update-virtual-function', parent: name, index: number, changes });
      return { changed: true, value: { ...state } };
    },
  };
}
