import { arp } from './arp.js';
import type { Program } from './command.js';
import { ifconfig } from './ifconfig/ifconfig.js';
import { jail, jls } from './jail.js';
import { kldload } from './kldload.js';
import { netstat } from './netstat.js';
import { pfctl } from './pf/program.js';
import { route } from './route.js';
import { sysctl } from './sysctl.js';

/** The programs of the simulated host by their names. */
export const programs: ReadonlyMap<string, Program> = new Map([
  ['arp', arp],
  ['ifconfig', ifconfig],
  ['jail', jail],
  ['jls', jls],
  ['kldload', kldload],
  ['netstat', netstat],
  ['pfctl', pfctl],
  ['route', route],
  ['sysctl', sysctl],
]);
