import { PartialError } from '../errors/index.js';
import type { OperationOptions } from '../operation-options.js';
import type { NetDevDriver } from './driver.js';
import type { NetDevOperation } from './operation.js';

/** Takes back one operation. */
type Undo = () => Promise<unknown>;

/**
 * For drivers: does operations in order, by the driver's other methods. If one fails, those before it are undone in reverse and its error is
 * thrown; what cannot be undone is said in a PartialError.
 */
export async function runBatch(
  driver: NetDevDriver,
  operations: readonly NetDevOperation[],
  options?: OperationOptions,
): Promise<void> {
  const done: { what: string; undo: Undo }[] = [];
  for (const operation of operations) {
    try {
      const undo = await perform(driver, operation, options);
      done.push({ what: operation.do, undo });
    } catch (cause) {
      const left: string[] = [];
      for (const { what, undo } of done.reverse()) await undo().catch(() => left.push(what));
      if (left.length === 0) throw cause;
      throw new PartialError({
        operation: 'do a batch, and undo it, after',
        object: operation.do,
        detail: cause instanceof Error ? cause.message : String(cause),
        left,
        cause,
      });
    }
  }
}

const nothing: Undo = async () => {};

async function perform(
  driver: NetDevDriver,
  operation: NetDevOperation,
  options?: OperationOptions,
): Promise<Undo> {
  switch (operation.do) {
    case 'create-link':
      await driver.createLink(operation.spec, options);
      return () => driver.deleteLink(operation.spec.name);
    case 'update-link': {
      const before = await driver.getLink(operation.name, options);
      const { changed } = await driver.updateLink(operation.name, operation.changes, options);
      if (!changed) return nothing;
      return () =>
        driver.updateLink(operation.changes.name ?? operation.name, {
          name: before.name,
          up: before.up,
          mtu: before.mtu,
          master: before.master ?? null,
          promiscuous: before.flags.has('promiscuous'),
          allMulticast: before.flags.has('allmulticast'),
          alias: before.alias ?? '',
          ...(before.mac === undefined ? {} : { mac: before.mac }),
          ...(before.bridge === undefined || operation.changes.bridge === undefined
            ? {}
            : {
                bridge: {
                  forwardDelay: before.bridge.forwardDelay,
                  stp: before.bridge.stp,
                  ageingTime: before.bridge.ageingTime,
                },
              }),
        });
    }
    case 'add-address': {
      const { link, cidr } = operation.spec;
      const before = (await driver.listAddresses({ link }, options)).find((address) => address.cidr === cidr);
      const { changed } = await driver.ensureAddress(operation.spec, options);
      return changed && before === undefined ? () => driver.deleteAddress(link, cidr) : nothing;
    }
    case 'delete-address': {
      const before = (await driver.listAddresses({ link: operation.link }, options)).find(
        ({ cidr }) => cidr === operation.cidr,
      );
      await driver.deleteAddress(operation.link, operation.cidr, options);
      if (before === undefined) return nothing;
      const { link, cidr, scope, broadcast } = before;
      return () =>
        driver.ensureAddress({
          link,
          cidr,
          scope,
          ...(cidr.includes(':') ? {} : { broadcast: broadcast ?? null }),
        });
    }
    case 'add-route': {
      const { changed } = await driver.ensureRoute(operation.spec, options);
      return changed ? () => driver.deleteRoute(operation.spec) : nothing;
    }
    case 'delete-route': {
      const existed = await driver.deleteRoute(operation.spec, options);
      return existed ? () => driver.ensureRoute(operation.spec) : nothing;
    }
    case 'set-forwarding': {
      const changed = await driver.setForwarding(operation.family, operation.enabled, options);
      return changed ? () => driver.setForwarding(operation.family, !operation.enabled) : nothing;
    }
    case 'create-namespace':
      await driver.createNamespace(operation.name, options);
      return () => driver.deleteNamespace(operation.name);
    case 'announce-address':
      await driver.announceAddress(operation.link, operation.address, { ...options, count: operation.count });
      return nothing;
    case 'move-link':
      await driver.moveLink(operation.name, operation.namespace, options);
      return async () => {
        throw new Error('a link that went to another namespace is not fetched back');
      };
    case 'delete-link':
      await driver.deleteLink(operation.name, options);
      return async () => {
        throw new Error('a deleted link is not made again');
      };
    case 'delete-namespace':
      await driver.deleteNamespace(operation.name, options);
      return async () => {
        throw new Error('a deleted namespace is not made again');
      };
  }
}
