import { ipFamily } from '../values/index.js';
import type { DhcpCapability } from './driver.js';
import type { ParsedDhcpHost } from './parse-host.js';
import type { ParsedDhcpNetwork } from './parse-network.js';

/** What a driver has to be capable of to serve a network, and for what of it. */
export function neededDhcpCapabilities(
  network: ParsedDhcpNetwork,
): { capability: DhcpCapability; what: string }[] {
  const { subnets, relayed, options, classes, boot, tftpRoot, names, hosts } = network;
  const needed: { capability: DhcpCapability; what: string }[] = [];
  const need = (capability: DhcpCapability, what: string, isNeeded: boolean): void => {
    if (isNeeded) needed.push({ capability, what });
  };
  const ipv6 = subnets.find((subnet) => ipFamily(subnet.network) === 'ipv6');
  need('ipv6', `the subnet ${ipv6?.network}`, ipv6 !== undefined);
  need(
    'ipv6',
    'DHCPv6 options',
    options.some(({ family }) => family === 'ipv6'),
  );
  need('relay', `the subnet ${relayed[0]?.network} behind a relay`, relayed.length > 0);
  need('classes', `the class ${classes[0]?.name}`, classes.length > 0);
  need('boot', 'boot files', boot.length > 0);
  need('boot', `TFTP from ${tftpRoot}`, tftpRoot !== undefined);
  need('dns', 'names', names.length > 0);
  for (const host of hosts) needed.push(...neededHostCapabilities(host));
  return needed;
}

/** As {@link neededDhcpCapabilities}, of one host. */
export function neededHostCapabilities({
  classes,
  options,
  duid,
}: ParsedDhcpHost): { capability: DhcpCapability; what: string }[] {
  return [
    ...(duid === undefined ? [] : [{ capability: 'ipv6' as const, what: `the DUID ${duid}` }]),
    ...(options.some(({ family }) => family === 'ipv6')
      ? [{ capability: 'ipv6' as const, what: 'DHCPv6 options' }]
      : []),
    ...(classes.length === 0 ? [] : [{ capability: 'classes' as const, what: `the class ${classes[0]}` }]),
  ];
}
