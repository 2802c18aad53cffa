/**
 * The stable codes of {@link NetDevError.code}. A program branches on these; texts may change.
 *
 * - `INVALID_ARGUMENT`: a value was refused before anything changed.
 * - `DEVICE_NOT_FOUND`, `DEVICE_EXISTS`: a device is missing, or in the way.
 * - `NETWORK_NOT_SERVED`: no DHCP network of this key is served.
 * - `UNSUPPORTED`: this platform, backend or kernel has no such thing.
 * - `PERMISSION_DENIED`: the platform refused for want of a privilege.
 * - `MISSING_TOOL`: a program that the operation needs is not installed.
 * - `COMMAND_FAILED`: a program ran and ended with a status that was not accepted.
 * - `PLATFORM`: the kernel or a service answered with any other error.
 * - `TIMEOUT`, `ABORTED`: the time was up, or the caller's signal fired.
 * - `BUSY`: a lock or a table was held by somebody else for too long.
 * - `INTERRUPTED`: a read was overtaken by changes time and again.
 * - `PARTIAL`: an operation stopped half-way and could not be undone; `left` says what remains.
 * - `CLOSED`: the driver was used after `close()`.
 * - `PLUGIN_NOT_FOUND`, `PLUGIN_LOAD_FAILED`, `PLUGIN_CONTRACT`: the plugin lookup.
 */
export type NetDevErrorCode =
  | 'INVALID_ARGUMENT'
  | 'DEVICE_NOT_FOUND'
  | 'DEVICE_EXISTS'
  | 'NETWORK_NOT_SERVED'
  | 'UNSUPPORTED'
  | 'PERMISSION_DENIED'
  | 'MISSING_TOOL'
  | 'COMMAND_FAILED'
  | 'PLATFORM'
  | 'TIMEOUT'
  | 'ABORTED'
  | 'BUSY'
  | 'INTERRUPTED'
  | 'PARTIAL'
  | 'CLOSED'
  | 'PLUGIN_NOT_FOUND'
  | 'PLUGIN_LOAD_FAILED'
  | 'PLUGIN_CONTRACT';
