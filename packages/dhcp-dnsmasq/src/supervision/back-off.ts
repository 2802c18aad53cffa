/** How often and how soon a server that keeps ending is started again. */
export interface BackOff {
  /** Milliseconds before the first start; twice as long before each further one, up to `longestMs`. */
  firstMs: number;
  longestMs: number;
  /** Starts in a row after which it is left alone. */
  mostStarts: number;
  /** Milliseconds for which it has to serve before what was before is forgotten. */
  forgetMs: number;
}

/** How long to wait before the start with this number, 1 being the first in a row; `undefined`: no more. */
export function delayBefore(start: number, { firstMs, longestMs, mostStarts }: BackOff): number | undefined {
  return start > mostStarts ? undefined : Math.min(longestMs, firstMs * 2 ** (start - 1));
}
