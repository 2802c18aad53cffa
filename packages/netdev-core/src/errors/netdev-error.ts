import type { NetDevErrorCode } from './codes.js';

const brand = Symbol.for('netdev.error');

/** What an error is made of; see the fields of {@link NetDevError}. */
export interface NetDevErrorDetails {
  /** What was attempted, as a verb phrase: `create bridge`. */
  operation: string;
  /** What it was attempted on: a device, a file, a group key. */
  object?: string | undefined;
  /** What the platform itself said, word for word. */
  detail?: string | undefined;
  /** What the person who reads this can do about it. */
  hint?: string | undefined;
  /** The platform's own error name where it has one: `EBUSY`. */
  errno?: string | undefined;
  /** What a half-done operation left behind, one entry a thing. */
  left?: readonly string[] | undefined;
  cause?: unknown;
}

/**
 * The base of every error that netdev throws. Recognise one with {@link isNetDevError}, which
 * also holds across two copies of this package, and branch on {@link NetDevError.code}.
 */
export class NetDevError extends Error {
  readonly code: NetDevErrorCode;
  readonly operation: string;
  readonly object: string | undefined;
  readonly detail: string | undefined;
  readonly hint: string | undefined;
  readonly errno: string | undefined;
  /** What is left behind; empty when the operation changed nothing or was undone. */
  readonly left: readonly string[];

  constructor(code: NetDevErrorCode, details: NetDevErrorDetails) {
    super(sentence(details), details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.code = code;
    this.operation = details.operation;
    this.object = details.object;
    this.detail = details.detail;
    this.hint = details.hint;
    this.errno = details.errno;
    this.left = details.left ?? [];
    Object.defineProperty(this, brand, { value: true });
  }
}

/** Whether a caught value is a {@link NetDevError}, optionally one with the given code. */
export function isNetDevError(value: unknown, code?: NetDevErrorCode): value is NetDevError {
  return (
    value instanceof Error &&
    (value as { [brand]?: unknown })[brand] === true &&
    (code === undefined || (value as NetDevError).code === code)
  );
}

function sentence({ operation, object, detail, hint, left }: NetDevErrorDetails): string {
  const attempt = object === undefined ? operation : `${operation} ${object}`;
  const parts = [detail === undefined ? `cannot ${attempt}` : `cannot ${attempt}: ${detail}`];
  if (left !== undefined && left.length > 0) parts.push(`left behind: ${left.join(', ')}`);
  if (hint !== undefined) parts.push(hint);
  return parts.join('; ');
}
