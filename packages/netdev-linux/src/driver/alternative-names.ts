import { DeviceExistsError, type Link, type OperationOptions } from 'netdev-core';
import { encodeLink, RTM } from '../netlink/index.js';
import type { Attempt } from './kernel-error.js';
import type { Session } from './session.js';

type Named = Pick<Link, 'index' | 'name' | 'altNames'>;

interface NamesWanted {
  name: string | undefined;
  altNames: readonly string[] | undefined;
  dropAltNames: readonly string[] | undefined;
}

/** The other names of a link that is to be changed otherwise as well. */
export interface AltNames {
  /** Before the rest: one of them may become its name. */
  drop(): Promise<void>;
  /** After the rest: its former name may be one of them. */
  add(): Promise<void>;
}

/** @throws DeviceExistsError, before anything has changed, for a name that another link has */
export async function prepareAltNames(
  session: Session,
  link: Named,
  { name, altNames = [], dropAltNames = [] }: NamesWanted,
  attempt: Attempt,
  options?: OperationOptions,
): Promise<AltNames> {
  for (const altName of altNames) {
    const holder = await session.findLink(altName, options);
    const isOwnFormer = altName === link.name && name !== undefined && name !== altName;
    if (holder !== undefined && !isOwnFormer)
      throw new DeviceExistsError({ ...attempt, detail: `${altName} is a name of ${holder.name}` });
  }
  const send = async (type: number, names: readonly string[]): Promise<void> => {
    if (names.length === 0) return;
    const request = encodeLink({ index: link.index, altNames: [...names] });
    await session.change(type, 0, request, attempt, options);
  };
  return {
    drop: () => send(RTM.DELLINKPROP, dropAltNames),
    add: () => send(RTM.NEWLINKPROP, altNames),
  };
}
