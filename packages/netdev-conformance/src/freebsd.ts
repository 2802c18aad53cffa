export type { CommandResult } from './freebsd/command.js';
export {
  createFreeBsdHost,
  type FreeBsdHost,
  type FreeBsdHostOptions,
} from './freebsd/create-freebsd-host.js';
export { NotCoveredError } from './freebsd/not-covered.js';
export type { FreeBsdFate, FreeBsdPacket } from './freebsd/pf/packet-walk.js';
