export type Neighbour = 'a1' | 'a2' | 'b1' | 'w1';

/** The MAC addresses of the neighbours, and of the router's devices. */
export const macs = {
  a1: '02:00:00:00:01:11',
  a2: '02:00:00:00:01:12',
  b1: '02:00:00:00:02:11',
  w1: '02:00:00:00:03:01',
  'br-a': '02:00:00:00:01:01',
  'br-b': '02:00:00:00:02:01',
  uplink: '02:00:00:00:03:02',
} as const;
