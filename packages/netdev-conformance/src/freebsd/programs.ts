import { arp } from './arp.js';
import type { Program } from './command.js';
import { dnsmasq } from './dnsmasq/program.js';
import { ifconfig } from './ifconfig/ifconfig.js';
import { jail, jls } from './jail.js';
import { kldload } from './kldload.js';
import { mount } from './mount.js';
import { ndp } from './ndp.js';
import { netstat } from './netstat.js';
import { pfctl } from './pf/program.js';
import { ps } from './ps.js';
import { route } from './route.js';
import { sysctl } from './sysctl.js';

/** The programs of the simulated host by their names. */
export const programs: ReadonlyMap<string, Program> = new Map([
  ['arp', arp],
  ['dnsmasq', dnsmasq],
  ['ifconfig', ifconfig],
  ['jail', jail],
  ['jls', jls],
  ['kldload', kldload],
  ['mount', mount],
  ['ndp', ndp],
  ['netstat', netstat],
  ['pfctl', pfctl],
  ['ps', ps],
  ['route', route],
  ['sysctl', sysctl],
]);
