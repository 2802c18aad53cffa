import {
  BusyError,
  DeviceExistsError,
  DeviceNotFoundError,
  type NetDevError,
  type NetDevErrorDetails,
  PermissionError,
  PlatformError,
  UnsupportedError,
} from 'netdev-core';
import {
  type AnswerEnd,
  attributePath,
  errnoName,
  errnoText,
  missingAttributeName,
} from '../netlink/index.js';

/** What was attempted, for the error's text. */
export interface Attempt {
  operation: string;
  object: string;
}

const hints: Readonly<Record<string, string>> = {
  EPERM:
    'it needs CAP_NET_ADMIN in the user namespace that owns the network namespace: run as root or under unshare -rn',
  EACCES:
    'it needs CAP_NET_ADMIN in the user namespace that owns the network namespace: run as root or under unshare -rn',
  ENETUNREACH: 'no network of the host holds the gateway; give the link and onLink, or add the address first',
};

/** The error for a request that the kernel refused, with its own words and the attribute it minded. */
export function kernelError(attempt: Attempt, answer: AnswerEnd, request: Uint8Array): NetDevError {
  const errno = errnoName(answer.errno);
  const details: NetDevErrorDetails = {
    ...attempt,
    errno,
    detail: [errno, answer.extended.message ?? errnoText(answer.errno), attributeOf(answer, request)]
      .filter(Boolean)
      .join(': '),
    hint: isUnknownKind(answer)
      ? 'the kernel was built without it, or its module is not loaded'
      : hints[errno],
  };
  switch (errno) {
    case 'EPERM':
    case 'EACCES':
      return new PermissionError(details);
    case 'ENODEV':
      return new DeviceNotFoundError(details);
    case 'EEXIST':
      return new DeviceExistsError(details);
    case 'EOPNOTSUPP':
      return new UnsupportedError(details);
    case 'EBUSY':
      return new BusyError(details);
    default:
      return new PlatformError(details);
  }
}

/** The words of rtnl_newlink (net/core/rtnetlink.c); other operations answer EOPNOTSUPP for other reasons. */
function isUnknownKind({ extended }: AnswerEnd): boolean {
  return extended.message === 'Unknown device type';
}

function attributeOf({ extended }: AnswerEnd, request: Uint8Array): string | undefined {
  if (extended.offset !== undefined) return attributePath(request, extended.offset).join('.') || undefined;
  if (extended.missingType === undefined) return undefined;
  return `${missingAttributeName(request, extended.missingType, extended.missingNest)} is missing`;
}
