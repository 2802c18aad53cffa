import type { DhcpHost, DhcpNetwork } from 'netdev-core';

export const webHost = {
  mac: '02:00:5e:20:00:01',
  address: '10.66.0.11',
  hostname: 'web',
} satisfies DhcpHost;
export const dbHost = { mac: '02:00:5e:20:00:02', address: '10.66.0.12', hostname: 'db' } satisfies DhcpHost;
export const strangerMac = '02:00:5e:20:00:99';

/** A network of known hosts. */
export const lab: DhcpNetwork = {
  key: 'cf/lab',
  interface: 'dhcp0',
  network: '10.66.0.0/24',
  serverAddress: '10.66.0.1',
  leaseTime: 600,
  domain: 'lab.example',
  hosts: [webHost],
};

/** Another network, with addresses for whoever comes. */
export const open: DhcpNetwork = {
  key: 'cf-open',
  interface: 'dhcp1',
  network: '10.66.1.0/24',
  serverAddress: '10.66.1.1',
  ranges: [{ first: '10.66.1.100', last: '10.66.1.101' }],
  leaseTime: 600,
};
