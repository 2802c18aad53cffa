/**
 * dnsmasq and radvd with the file layout and the command lines of OpenStack's nova-network (June 2015), for programs that
 * were written against them. Whoever is free to choose takes the driver instead.
 *
 * @module
 */
export { type OriginalDnsmasq, type OriginalPlace, originalDnsmasq } from './original/dnsmasq-server.js';
export { dnsmasqFile, radvdFile } from './original/files.js';
export {
  type HostStyle,
  hostLine,
  interfaceTag,
  leaseLine,
  nameLine,
  routerLine,
  shortHostname,
} from './original/host-lines.js';
export { hostsText, leasesText, namesText, optionsText } from './original/host-texts.js';
export type { OriginalHost } from './original/original-host.js';
export { radvdConfig } from './original/radvd-config.js';
export { type OriginalRadvd, originalRadvd } from './original/radvd-server.js';
export type { OriginalServer } from './original/start-command.js';
export { isProcessOf, readPidFile } from './server/pid-file.js';
