/**
 * A host with an uplink and two bridges of guests, on any platform: the names of devices are legal on all, and the
 * gateway of each guest is the host's address on its bridge. `world` has 198.51.100.7 too, and routes 10.0.0.0/16 to the host.
 */
export const layout = {
  uplink: { name: 'ext0', address: '192.0.2.2/24' },
  bridges: [
    { name: 'br100', address: '10.0.1.1/24' },
    { name: 'br200', address: '10.0.2.1/24' },
  ],
  ends: {
    world: { port: 'ext0', address: '192.0.2.1/24', mac: '02:00:5e:20:00:01' },
    g1: { port: 'port1', bridge: 'br100', address: '10.0.1.3/24', mac: '02:00:5e:20:00:11' },
    g2: { port: 'port2', bridge: 'br100', address: '10.0.1.4/24', mac: '02:00:5e:20:00:12' },
    h1: { port: 'port3', bridge: 'br200', address: '10.0.2.3/24', mac: '02:00:5e:20:00:21' },
  },
} as const;

export const FAR = '198.51.100.7';

export type OuterEnd = keyof typeof layout.ends;
export type End = OuterEnd | 'host';

export const outerEnds = Object.keys(layout.ends) as OuterEnd[];

export function addressOf(end: OuterEnd): string {
  return layout.ends[end].address.split('/')[0] as string;
}
