/** The configuration (radvd.conf(5)) that advertises a prefix on a device. Both have to be checked. */
export function radvdConfig(device: string, prefix: string): string {
  return `
interface ${device}
{
   AdvSendAdvert on;
   MinRtrAdvInterval 3;
   MaxRtrAdvInterval 10;
   prefix ${prefix}
   {
        AdvOnLink on;
        AdvAutonomous on;
   };
};
`;
}
