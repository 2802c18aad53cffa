export { type AnswersOfHost, type AskedOfHost, answersOf, type StageOfHost } from './freebsd/answering.js';
export type { CommandResult } from './freebsd/command.js';
export {
  createFreeBsdHost,
  type FreeBsdHost,
  type FreeBsdHostOptions,
  type FreeBsdStart,
} from './freebsd/create-freebsd-host.js';
export type { FreeBsdDisk } from './freebsd/disk.js';
export type { FreeBsdGuest, FreeBsdLease } from './freebsd/dnsmasq/client.js';
export type { RunningProgram } from './freebsd/dnsmasq/program.js';
export { createMachineDisk } from './freebsd/machine-disk.js';
export { NotCoveredError } from './freebsd/not-covered.js';
export type { FreeBsdFate, FreeBsdPacket } from './freebsd/pf/packet-walk.js';
