import { InvalidArgumentError, parseCidr } from 'netdev-core';
import type { FaultMode } from '../faults.js';

/**
 * The configuration (radvd.conf(5)) that advertises a prefix on a device.
 *
 * @throws InvalidArgumentError for what is no prefix
 */
export function radvdConfig(device: string, prefix: string | null | undefined, faults: FaultMode): string {
  const text = prefix ?? null;
  if (text !== null) parseCidr(text, 'network.cidr_v6', 'ipv6');
  else if (faults === 'mend') throw new InvalidArgumentError('network.cidr_v6', text, 'an IPv6 prefix');
  return `
interface ${device}
{
   AdvSendAdvert on;
   MinRtrAdvInterval 3;
   MaxRtrAdvInterval 10;
   prefix ${text ?? 'None'}
   {
        AdvOnLink on;
        AdvAutonomous on;
   };
};
`;
}
