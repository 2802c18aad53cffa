import { InvalidArgumentError, isNetDevError, type NetDevErrorCode } from 'netdev-core';

/** The original's exceptions that ours are called after. */
const sameNames: readonly string[] = [
  'AgentError',
  'NetworkDhcpReleaseFailed',
  'NovaException',
  'NotImplementedError',
];

const byCode: Partial<Record<NetDevErrorCode, string>> = {
  COMMAND_FAILED: 'ProcessExecutionError',
  INVALID_ARGUMENT: 'ValueError',
  // Text that is no table, no number and the like.
  PLATFORM: 'ValueError',
  UNSUPPORTED: 'NotImplementedError',
};

/**
 * What the original called an error: `failures` are those that stand for a command that failed. One
 * that the original had no word for keeps our name.
 */
export function originalException(error: unknown, failures: WeakSet<object>): string {
  if (!(error instanceof Error)) return typeof error;
  if (sameNames.includes(error.name)) return error.name;
  // A driver was a class that was imported by its name.
  if (error instanceof InvalidArgumentError && error.field === 'conf.linuxnet_interface_driver')
    return 'ImportError';
  const failed = causes(error).some((cause) => failures.has(cause) || isNetDevError(cause, 'COMMAND_FAILED'));
  if (failed) return 'ProcessExecutionError';
  return (isNetDevError(error) ? byCode[error.code] : undefined) ?? error.name;
}

/** An error and what it came of. */
function causes(error: Error): Error[] {
  return error.cause instanceof Error ? [error, ...causes(error.cause)] : [error];
}
