import type { DhcpCapability, DhcpDriver } from 'netdev-core';
import { rejection } from '../expect.js';
import type { Attempts } from '../requirement.js';
import type { DhcpContext, DhcpFactory, DhcpRequirement } from './context.js';
import { lab } from './networks.js';

/** How each capability is tried where a driver says that it lacks it. */
const lacking: Required<Attempts<DhcpContext, DhcpCapability>> = {
  dns: ({ dhcp }) => dhcp.ensure({ ...lab, names: [{ name: 'printer', address: '10.66.0.5' }] }),
  ipv6: ({ dhcp }) => dhcp.ensure({ ...lab, subnets: [{ network: 'fd66::/64', serverAddress: 'fd66::1' }] }),
  relay: ({ dhcp }) => dhcp.ensure({ ...lab, relayed: [{ network: '10.67.0.0/24' }] }),
  classes: ({ dhcp }) =>
    dhcp.ensure({ ...lab, classes: [{ name: 'phones', match: { vendorClass: 'phone' } }] }),
  boot: ({ dhcp }) => dhcp.ensure({ ...lab, boot: [{ file: 'pxelinux.0' }] }),
  release: ({ dhcp }) => dhcp.release(lab.key, '10.66.0.11'),
  events: async ({ dhcp }) => {
    for await (const event of dhcp.events()) return event;
    return undefined;
  },
};

/**
 * Tries one requirement on a subject made for it. Where the driver says that it lacks what the
 * requirement needs, what is tried instead is that it refuses that.
 *
 * @returns the capability that is lacking, when it was the refusal that was tried
 */
export async function runDhcpRequirement<Subject>(
  requirement: DhcpRequirement,
  factory: DhcpFactory<Subject>,
): Promise<DhcpCapability | undefined> {
  const subject = await factory.setup();
  const opened: DhcpDriver[] = [];
  const open = async (): Promise<DhcpDriver> => {
    const driver = await factory.open(subject);
    opened.push(driver);
    return driver;
  };
  const missing = (means: string) => (): never => {
    throw new Error(`the factory has no ${means}: leave out requirements that use it`);
  };
  try {
    const dhcp = await open();
    const context: DhcpContext = {
      dhcp,
      open,
      get client() {
        return (factory.client ?? missing('client'))(subject);
      },
      killServer: async (key) => (factory.killServer ?? missing('killServer'))(subject, key),
    };
    const lacked = requirement.needs.find((capability) => !dhcp.capabilities.has(capability));
    if (lacked === undefined) await requirement.run(context);
    else await rejection(lacking[lacked](context), 'UNSUPPORTED');
    return lacked;
  } finally {
    const last = await open();
    for (const { key } of await last.list()) await last.remove(key);
    for (const driver of opened) await driver.close();
    await factory.teardown(subject);
  }
}
