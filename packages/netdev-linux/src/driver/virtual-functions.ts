import {
  DeviceNotFoundError,
  type NetDevDriver,
  type NetDevOperation,
  type OperationOptions,
  PartialError,
  parseInterfaceName,
  parsePciAddress,
  parseVirtualFunctionChanges,
  parseVirtualFunctionIndex,
  type VirtualFunctionChanges,
  type VirtualFunctionState,
  virtualFunctionDifference,
} from 'netdev-core';
import { encodeLink, RTEXT_FILTER, RTM } from '../netlink/index.js';
import { findVirtualFunction } from '../sysfs/find-virtual-function.js';
import type { Session } from './session.js';
import { virtualFunctionFromMessage, virtualFunctionToMessage } from './virtual-function-message.js';

type VirtualFunctions = Pick<
  NetDevDriver,
  'findVirtualFunction' | 'listVirtualFunctions' | 'updateVirtualFunction'
>;

/** Reads and changes the virtual functions of the cards of one namespace. */
export function createVirtualFunctions(
  session: Session,
  done: (operation: NetDevOperation) => void,
): VirtualFunctions {
  const list = async (parent: string, options?: OperationOptions): Promise<VirtualFunctionState[]> => {
    const message = await session.readLink({ name: parent, extendedMask: RTEXT_FILTER.VF }, parent, options);
    if (message === undefined)
      throw new DeviceNotFoundError({ operation: 'read the virtual functions of', object: parent });
    return (message.virtualFunctions ?? []).map(virtualFunctionFromMessage);
  };

  const read = async (
    parent: string,
    index: number,
    options?: OperationOptions,
  ): Promise<VirtualFunctionState> => {
    const state = (await list(parent, options)).find((one) => one.index === index);
    if (state !== undefined) return state;
    throw new DeviceNotFoundError({
      operation: 'read virtual function',
      object: `${index} of ${parent}`,
      detail: `${parent} has no virtual function ${index}`,
      hint: `write their number to /sys/class/net/${parent}/device/sriov_numvfs first`,
    });
  };

  const write = async (
    parent: string,
    index: number,
    changes: VirtualFunctionChanges,
    options?: OperationOptions,
  ): Promise<void> => {
    const payload = encodeLink({
      name: parent,
      virtualFunctions: [virtualFunctionToMessage(index, changes)],
    });
    const attempt = { operation: 'change virtual function', object: `${index} of ${parent}` };
    await session.change(RTM.SETLINK, 0, payload, attempt, options);
  };

  /** The kernel sets one after the other (do_setvfinfo of net/core/rtnetlink.c), and keeps those before a refusal. */
  const putBack = async (parent: string, before: VirtualFunctionState, cause: unknown): Promise<void> => {
    const { index, ...settings } = before;
    const left = async (): Promise<VirtualFunctionChanges> =>
      virtualFunctionDifference(await read(parent, index), settings);
    // One at a time: a setting that the card refuses must not keep the others from being put back.
    for (const [field, value] of Object.entries(await left()))
      await write(parent, index, { [field]: value }).catch(() => {});
    const fields = Object.keys(await left());
    if (fields.length === 0) return;
    throw new PartialError({
      operation: 'change virtual function',
      object: `${index} of ${parent}`,
      detail: cause instanceof Error ? cause.message : String(cause),
      left: fields,
      cause,
    });
  };

  return {
    async findVirtualFunction(pciAddress, options) {
      const parsed = parsePciAddress(pciAddress);
      session.kernel.assertUsable({ operation: 'find virtual function', object: parsed }, options);
      return findVirtualFunction(parsed);
    },

    listVirtualFunctions: async (parent, options) => list(parseInterfaceName(parent, 'parent'), options),

    async updateVirtualFunction(parent, index, given, options) {
      const name = parseInterfaceName(parent, 'parent');
      const number = parseVirtualFunctionIndex(index);
      const wanted = parseVirtualFunctionChanges(given);
      const before = await read(name, number, options);
      const changes = virtualFunctionDifference(before, wanted);
      if (Object.keys(changes).length === 0) return { changed: false, value: before };
      try {
        await write(name, number, changes, options);
      } catch (cause) {
        await putBack(name, before, cause);
        throw cause;
      }
      done({ do: 'update-virtual-function', parent: name, index: number, changes });
      return { changed: true, value: await read(name, number, options) };
    },
  };
}
