import {
  type Address,
  type AddressFilter,
  type Ensured,
  type InterfaceName,
  type NetDevDriver,
  neededForAddress,
  type OperationOptions,
  type ParsedAddressSpec,
  PlatformError,
  parseAddressSpec,
  parseInteger,
  parseInterfaceName,
  parseIpAddress,
  UnsupportedError,
} from 'netdev-core';
import * as ifconfig from '../commands/ifconfig.js';
import { addressesOf } from '../parse/address.js';
import { addAgain } from './add-again.js';
import { pause } from './pause.js';
import type { Session } from './session.js';
import { Undoing } from './undoing.js';

type Addresses = Pick<NetDevDriver, 'listAddresses' | 'ensureAddress' | 'deleteAddress' | 'announceAddress'>;

/** The addresses of one stack, or of one of its links. @throws DeviceNotFoundError */
async function readAddresses(
  session: Session,
  { link, family }: { link?: string | undefined; family?: AddressFilter['family'] | undefined },
  operation: string,
  options?: OperationOptions,
): Promise<Address[]> {
  const shown =
    link === undefined
      ? await session.showAll(operation, options)
      : [await session.requireShown(link, operation, options)];
  return shown
    .flatMap(addressesOf)
    .filter(({ cidr }) => family === undefined || cidr.includes(':') === (family === 'ipv6'));
}

/** Reads and changes the addresses of one stack. */
export function createAddresses(session: Session): Addresses {
  return {
    async listAddresses({ link, family } = {}, options) {
      session.begin('list addresses', options);
      const name = link === undefined ? undefined : parseInterfaceName(link, 'link');
      return readAddresses(session, { link: name, family }, 'list addresses of', options);
    },

    async ensureAddress(given, options) {
      session.begin('add address', options);
      const spec = parseAddressSpec(given);
      session.need(neededForAddress(spec), 'add address', spec.cidr);
      return ensure(session, spec, options);
    },

    async deleteAddress(link, cidr, options) {
      const operation = 'delete address';
      session.begin(operation, options);
      const spec = parseAddressSpec({ link, cidr });
      const present = await readAddresses(session, { link: spec.link }, operation, options);
      if (!present.some((address) => address.cidr === spec.cidr)) return false;
      const attempt = { operation, object: spec.cidr };
      await session.change(ifconfig.deleteAddress(spec.link, spec.cidr), attempt, options);
      session.done({ do: 'delete-address', link: spec.link, cidr: spec.cidr });
      return true;
    },

    async announceAddress(link, address, { count = 1, intervalMs = 1000, ...options } = {}) {
      const operation = 'announce';
      session.begin(operation, options);
      const parsed = parseIpAddress(address);
      parseInteger(count, 'count', 1, 100);
      parseInteger(intervalMs, 'intervalMs', 0, 60_000);
      session.need([parsed.includes(':') ? 'announce-ipv6' : 'announce'], operation, parsed);
      const name = parseInterfaceName(link, 'link');
      const own = await readAddresses(session, { link: name, family: 'ipv4' }, operation, options);
      const place = own.findIndex(({ cidr }) => cidr.startsWith(`${parsed}/`));
      if (place === -1)
        throw new UnsupportedError({
          operation,
          object: parsed,
          detail: `${name} has no such address, and FreeBSD announces those that an interface has`,
          hint: 'add the address first',
        });
      for (let time = 0; time < count; time += 1) {
        if (time > 0) await pause(intervalMs, operation, options.signal);
        await addAgain(session, own.slice(place), operation, options);
      }
      session.done({ do: 'announce-address', link: name, address: parsed, count });
    },
  };
}

async function ensure(
  session: Session,
  spec: ParsedAddressSpec,
  options: OperationOptions | undefined,
): Promise<Ensured<Address>> {
  const { link, cidr } = spec;
  const operation = 'add address';
  const shown = await session.requireShown(link, operation, options);
  const own = addressesOf(shown);
  const present = own.find((address) => address.cidr === cidr);
  const broadcast = spec.broadcast ?? undefined;
  if (present === undefined) {
    refuseOtherLength(own, spec);
    await add(session, spec, { wasUp: shown.flags.has('UP') }, options);
  } else {
    if (broadcast === undefined || broadcast === present.broadcast) return { changed: false, value: present };
    const family = own.filter((address) => !address.cidr.includes(':'));
    const following = family.slice(family.indexOf(present) + 1);
    await addAgain(session, [{ ...present, broadcast }, ...following], operation, options);
  }
  const value = (await readAddresses(session, { link }, operation, options)).find(
    (address) => address.cidr === cidr,
  );
  if (value === undefined)
    throw new PlatformError({ operation, object: cidr, detail: `${link} has it not after it was added` });
  session.done({ do: 'add-address', spec });
  return { changed: true, value };
}

/** FreeBSD would take the one that is there for the one to be changed. */
function refuseOtherLength(own: readonly Address[], { cidr, link }: ParsedAddressSpec): void {
  const [address] = cidr.split('/');
  const other = own.find((present) => present.cidr.startsWith(`${address}/`));
  if (other === undefined) return;
  throw new PlatformError({
    operation: 'add address',
    object: cidr,
    detail: `${link} has it as ${other.cidr}, and an interface has an address once here`,
    errno: 'EEXIST',
    hint: `delete ${other.cidr} first`,
  });
}

async function add(
  session: Session,
  { link, cidr, broadcast, skipDuplicateDetection: noDad }: ParsedAddressSpec,
  { wasUp }: { wasUp: boolean },
  options: OperationOptions | undefined,
): Promise<void> {
  const attempt = { operation: 'add address', object: cidr };
  const argv = ifconfig.addAddress(link, cidr, { broadcast: broadcast ?? undefined, noDad });
  const undoing = new Undoing();
  await undoing.around(attempt, async () => {
    await session.change(argv, attempt, options);
    if (wasUp) return;
    undoing.add(`${link} is up`, () => keepDown(session, link, attempt.operation));
    undoing.add(`${cidr} on ${link}`, () => session.change(ifconfig.deleteAddress(link, cidr), attempt));
    await keepDown(session, link, attempt.operation);
  });
}

/** An address brings an interface up; whether a link is up is another matter to the contract. */
async function keepDown(session: Session, link: InterfaceName, operation: string): Promise<void> {
  const { flags } = await session.requireShown(link, operation);
  if (flags.has('UP')) await session.change(ifconfig.setUp(link, false), { operation, object: link });
}
