import { type NetDevError, PermissionError, PlatformError, TimeoutError } from 'netdev-core';
import { SystemCallError } from '../native/libc.js';
import type { WorkerFailure } from './protocol.js';

/** An error of this thread as data. */
export function failureOf(error: unknown): WorkerFailure {
  const errno = error instanceof SystemCallError ? error.errno : (error as NodeJS.ErrnoException).code;
  const detail = error instanceof Error ? error.message : String(error);
  if (errno === 'EAGAIN')
    return { code: 'TIMEOUT', detail: 'the kernel did not answer within 10 seconds', errno };
  const denied = errno === 'EPERM' || errno === 'EACCES';
  return { code: denied ? 'PERMISSION_DENIED' : 'PLATFORM', detail, errno };
}

/** What was attempted, and what is needed for it where that is more than a privilege. */
export interface FailedAttempt {
  operation: string;
  object: string;
  needs?: string;
}

/** Errors that say that something is missing rather than wrong. */
const MISSING: readonly (string | undefined)[] = ['ENOENT', 'ENODEV', 'ENXIO', 'EPERM', 'EACCES'];

/** The error that a failure in the thread stands for, with what was attempted here. */
export function errorOf(failure: WorkerFailure, { needs, ...attempt }: FailedAttempt): NetDevError {
  const { code, detail, errno } = failure;
  const details = { ...attempt, detail, errno, hint: MISSING.includes(errno) ? needs : undefined };
  if (code === 'TIMEOUT') return new TimeoutError(details);
  if (code !== 'PERMISSION_DENIED') return new PlatformError(details);
  return new PermissionError({
    ...details,
    hint:
      needs ??
      'it needs CAP_NET_ADMIN (and CAP_SYS_ADMIN to enter or make a namespace): run as root or under unshare -rmn',
  });
}
