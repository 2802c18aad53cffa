import { InvalidArgumentError } from 'netdev-core';
import type { LinuxNetConf } from '../conf/linux-net-conf.js';
import type { InterfaceDriver } from './interface-driver.js';

/** Makes a driver, once, when the first network needs it. */
export type InterfaceDriverFactory = () => InterfaceDriver;

/** The interface drivers of an instance, by name. */
export interface DriverRegistry {
  /**
   * Makes a driver known by a name, in place of one that had it.
   *
   * @throws InvalidArgumentError for an empty name
   */
  register(name: string, factory: InterfaceDriverFactory): void;
  /**
   * The driver that `linuxnet_interface_driver` named at first use, by its whole name or by the part
   * behind the last dot. A later change of the option does not count.
   *
   * @throws InvalidArgumentError when there is none of that name
   */
  chosen(): InterfaceDriver;
}

export function createDriverRegistry(
  conf: Pick<LinuxNetConf, 'linuxnet_interface_driver'>,
  own: Readonly<Record<string, InterfaceDriverFactory>>,
): DriverRegistry {
  const factories = new Map(Object.entries(own));
  let driver: InterfaceDriver | undefined;
  return {
    register(name, factory) {
      if (typeof name !== 'string' || name === '')
        throw new InvalidArgumentError('name', name, 'the name of a driver');
      factories.set(name, factory);
    },
    chosen() {
      if (driver !== undefined) return driver;
      const { linuxnet_interface_driver: name } = conf;
      const factory = factories.get(name) ?? factories.get(name.slice(name.lastIndexOf('.') + 1));
      if (factory === undefined) {
        const known = [...factories.keys()].sort().join(', ');
        throw new InvalidArgumentError(
          'conf.linuxnet_interface_driver',
          name,
          `a driver that is known (${known}); others are made known by registerInterfaceDriver`,
        );
      }
      driver = factory();
      return driver;
    },
  };
}
