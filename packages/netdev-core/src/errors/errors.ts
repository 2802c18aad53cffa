import { NetDevError, type NetDevErrorDetails } from './netdev-error.js';

/** A value was refused at the edge, before anything changed. {@link field} names it. */
export class InvalidArgumentError extends NetDevError {
  /** The path of the refused value: `name`, `hosts[3].mac`. */
  readonly field: string;

  constructor(field: string, value: unknown, expected: string) {
    super('INVALID_ARGUMENT', {
      operation: 'accept',
      object: field,
      detail: `${show(value)} is not ${expected}`,
    });
    this.field = field;
  }
}

/** No device of this name in the namespace that was looked at. */
export class DeviceNotFoundError extends NetDevError {
  constructor(details: NetDevErrorDetails) {
    super('DEVICE_NOT_FOUND', { detail: 'no such device', ...details });
  }
}

/** A device of this name exists already, or one of another kind is in the way. */
export class DeviceExistsError extends NetDevError {
  constructor(details: NetDevErrorDetails) {
    super('DEVICE_EXISTS', { detail: 'a device of this name exists', ...details });
  }
}

/** No DHCP network of this key is served from where the driver looked. */
export class NetworkNotServedError extends NetDevError {
  constructor(details: NetDevErrorDetails) {
    super('NETWORK_NOT_SERVED', {
      detail: 'no such network is served',
      hint: 'ensure it first',
      ...details,
    });
  }
}

/** What the platform or backend cannot do. The detail names the platform, the hint the closest thing there. */
export class UnsupportedError extends NetDevError {
  constructor(details: NetDevErrorDetails) {
    super('UNSUPPORTED', details);
  }
}

/** The platform refused for want of a privilege; the hint names it. */
export class PermissionError extends NetDevError {
  constructor(details: NetDevErrorDetails) {
    super('PERMISSION_DENIED', details);
  }
}

/** A program is not installed; the hint names the package that has it. */
export class MissingToolError extends NetDevError {
  readonly tool: string;

  constructor(tool: string, details: NetDevErrorDetails) {
    super('MISSING_TOOL', { detail: `${tool} is not installed`, ...details });
    this.tool = tool;
  }
}

/** A program ended with a status that was not accepted. */
export class CommandError extends NetDevError {
  readonly argv: readonly string[];
  /** The exit status; `undefined` when a signal ended it. */
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;

  constructor(
    result: { argv: readonly string[]; exitCode: number | undefined; stdout: string; stderr: string },
    details: NetDevErrorDetails,
  ) {
    super('COMMAND_FAILED', details);
    this.argv = result.argv;
    this.exitCode = result.exitCode;
    this.stdout = result.stdout;
    this.stderr = result.stderr;
  }
}

/** The kernel or a service said no, for a reason that has no class of its own. */
export class PlatformError extends NetDevError {
  constructor(details: NetDevErrorDetails) {
    super('PLATFORM', details);
  }
}

/** The time allowed was up. */
export class TimeoutError extends NetDevError {
  constructor(details: NetDevErrorDetails) {
    super('TIMEOUT', details);
  }
}

/** The caller's `AbortSignal` fired. */
export class AbortedError extends NetDevError {
  constructor(details: NetDevErrorDetails) {
    super('ABORTED', { detail: 'aborted by the caller', ...details });
  }
}

/** Somebody else held a lock or a table for too long. */
export class BusyError extends NetDevError {
  constructor(details: NetDevErrorDetails) {
    super('BUSY', details);
  }
}

/** A read was overtaken by changes every time it was tried, so no consistent answer could be given. */
export class InterruptedReadError extends NetDevError {
  constructor(details: NetDevErrorDetails) {
    super('INTERRUPTED', details);
  }
}

/** An operation of several steps stopped half-way and could not be undone; `left` says what remains. */
export class PartialError extends NetDevError {
  constructor(details: NetDevErrorDetails & { left: readonly string[] }) {
    super('PARTIAL', details);
  }
}

/** A driver was used after `close()`. */
export class ClosedError extends NetDevError {
  constructor(details: NetDevErrorDetails) {
    super('CLOSED', { detail: 'the driver is closed', ...details });
  }
}

/** The plugin lookup failed: `PLUGIN_NOT_FOUND`, `PLUGIN_LOAD_FAILED` or `PLUGIN_CONTRACT`. */
export class PluginError extends NetDevError {}

/** Shows an untrusted value on one line, escaped and cut, so that an error text cannot forge another. */
function show(value: unknown): string {
  if (value === null || ['number', 'boolean', 'undefined'].includes(typeof value)) return String(value);
  if (typeof value !== 'string') return Array.isArray(value) ? 'a list' : `a value of type ${typeof value}`;
  const escaped = JSON.stringify(value).replace(
    /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return escaped.length > 80 ? `${escaped.slice(0, 77)}…"` : escaped;
}
