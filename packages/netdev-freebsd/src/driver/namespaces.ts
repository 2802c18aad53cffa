import {
  DeviceExistsError,
  type InterfaceName,
  type NetDevDriver,
  type OperationOptions,
  parseInterfaceName,
  parseNamespaceName,
  parseNamespaceRef,
} from 'netdev-core';
import { createJail, removeJail } from '../commands/host.js';
import * as ifconfig from '../commands/ifconfig.js';
import { checkJailName, jailName, readJails, requireJail } from './jails.js';
import { moveToJail, stacksOnTheWay } from './move-to-jail.js';
import type { Session } from './session.js';

type Namespaces = Pick<
  NetDevDriver,
  'createNamespace' | 'deleteNamespace' | 'listNamespaces' | 'moveLink' | 'inNamespace'
>;

/** vnet jails, each with a network stack of its own. `open` makes a driver in one. */
export function createNamespaces(session: Session, open: (session: Session) => NetDevDriver): Namespaces {
  return {
    async createNamespace(given, options) {
      const operation = 'create namespace';
      session.begin(operation, options);
      const name = parseNamespaceName(given, 'name');
      session.need(['namespaces'], operation, name);
      checkJailName(name, operation);
      const attempt = { operation, object: name };
      if ((await readJails(session, operation, options)).includes(name))
        throw new DeviceExistsError({ ...attempt, detail: 'a jail of this name exists' });
      await session.onHost(createJail(name), attempt, options);
      session.done({ do: 'create-namespace', name });
    },

    async deleteNamespace(given, options) {
      const operation = 'delete namespace';
      session.begin(operation, options);
      const name = parseNamespaceName(given, 'name');
      session.need(['namespaces'], operation, name);
      checkJailName(name, operation);
      if (!(await readJails(session, operation, options)).includes(name)) return false;
      await destroyClones(session.inJail(name), operation, options);
      await session.onHost(removeJail(name), { operation, object: name }, options);
      session.done({ do: 'delete-namespace', name });
      return true;
    },

    async listNamespaces(options) {
      session.begin('list namespaces', options);
      session.need(['namespaces'], 'list namespaces', 'jails');
      return readJails(session, 'list namespaces', options);
    },

    async moveLink(given, namespace, options) {
      const operation = 'move link';
      session.begin(operation, options);
      const name = parseInterfaceName(given);
      const ref = parseNamespaceRef(namespace);
      session.need(['namespaces'], operation, name);
      await session.requireLink(name, operation, options);
      const jail = await requireJail(session, ref, operation, options);
      await move(session, name, jail, options);
      session.done({ do: 'move-link', name, namespace: ref });
    },

    async inNamespace(namespace, options) {
      const operation = 'open namespace';
      session.begin(operation, options);
      const ref = parseNamespaceRef(namespace);
      session.need(['namespaces'], operation, jailName(ref, operation));
      return open(session.inJail(await requireJail(session, ref, operation, options)));
    },
  };
}

/**
 * What was made outside would go back there when the jail ends, so all that can be destroyed is before. Each time it is looked
 * anew: an epair may have had both ends in the jail.
 */
async function destroyClones(there: Session, operation: string, options?: OperationOptions): Promise<void> {
  for (;;) {
    const links = await there.links(operation, options);
    const clone = links.find(({ kind }) => kind !== 'physical' && kind !== 'loopback');
    if (clone === undefined) return;
    await there.change(ifconfig.destroy(clone.name), { operation, object: clone.name }, options);
  }
}

/** @throws DeviceExistsError before anything is moved, where the name is taken on the way */
async function move(
  session: Session,
  name: InterfaceName,
  jail: string,
  options: OperationOptions | undefined,
): Promise<void> {
  const attempt = { operation: 'move link', object: name };
  const there = session.inJail(jail);
  for (const stack of stacksOnTheWay(session, there)) {
    if ((await stack.findLink(name, attempt.operation, options)) !== undefined)
      throw new DeviceExistsError({ ...attempt, detail: 'a device of this name is there already' });
  }
  await moveToJail(session, there, name, attempt, options);
}
