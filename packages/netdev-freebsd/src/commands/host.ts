import type { IpFamily } from 'netdev-core';

const forwarding: Readonly<Record<IpFamily, string>> = {
  ipv4: 'net.inet.ip.forwarding',
  ipv6: 'net.inet6.ip6.forwarding',
};

export const readForwarding = (family: IpFamily): string[] => ['sysctl', '-n', forwarding[family]];

export const writeForwarding = (family: IpFamily, { on }: { on: boolean }): string[] => [
  ...['sysctl', `${forwarding[family]}=${on ? 1 : 0}`],
];

/** `1` where the kernel has vnet jails; nothing where it knows no such thing. */
export const readVimage = (): string[] => ['sysctl', '-i', '-n', 'kern.features.vimage'];

export const createJail = (name: string): string[] => ['jail', '-c', `name=${name}`, 'persist', 'vnet'];

export const removeJail = (name: string): string[] => ['jail', '-r', name];

/** The names of the jails, one a line. */
export const listJails = (): string[] => ['jls', 'name'];
