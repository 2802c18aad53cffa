import {
  type CommandError,
  DeviceExistsError,
  DeviceNotFoundError,
  isNetDevError,
  type NetDevError,
  type NetDevErrorDetails,
  PlatformError,
} from 'netdev-core';

/** What is attempted on what, for an error. */
export interface Attempt {
  operation: string;
  object?: string | undefined;
}

/** The errno behind each text of strerror(3) in the C locale. */
const errnos: Readonly<Record<string, string>> = {
  'File exists': 'EEXIST',
  'route already in table': 'EEXIST',
  'No such file or directory': 'ENOENT',
  'Device busy': 'EBUSY',
  'Invalid argument': 'EINVAL',
  'File name too long': 'ENAMETOOLONG',
  "Can't assign requested address": 'EADDRNOTAVAIL',
  'Network is unreachable': 'ENETUNREACH',
  'Operation not supported': 'EOPNOTSUPP',
  'not in table': 'ESRCH',
};

/** What a program of the host said no with, as an error of the contract. Any other error is passed on. */
export function toolError(error: unknown, attempt: Attempt): unknown {
  if (!isNetDevError(error, 'COMMAND_FAILED')) return error;
  const { argv, stdout, stderr } = error as CommandError;
  // route(8) gives its reason on standard output.
  const said = (argv[0] === 'route' ? stdout : stderr).trim() || stderr.trim() || stdout.trim();
  const detail = said.replace(/^ifconfig: /, '');
  const errno = Object.entries(errnos).find(([text]) => detail.endsWith(text))?.[1];
  const details: NetDevErrorDetails = { ...attempt, detail, errno, cause: error };
  return classOf(detail, details);
}

function classOf(detail: string, details: NetDevErrorDetails): NetDevError {
  if (/^interface \S+ does not exist$/.test(detail)) return new DeviceNotFoundError(details);
  if (/^interface \S+ already exists$/.test(detail) || /SIOCSIFNAME.*File exists$/.test(detail))
    return new DeviceExistsError(details);
  return new PlatformError(details);
}
