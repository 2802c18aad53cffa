import type { OperationOptions } from '../operation-options.js';
import type { ApplyResult, FirewallManager } from './manager.js';

/** What a backend answers that has nothing to do. */
export const nothingApplied: ApplyResult = Object.freeze({ changed: false, added: 0, removed: 0 });

/**
 * For backends: `apply` and `defer` of a manager. Every apply that is asked for within a defer, also one inside another, is
 * done as one when the outer one's work is through, also when that throws.
 *
 * @param apply does it at once
 */
export function createDeferral(
  apply: (options?: OperationOptions) => Promise<ApplyResult>,
): Pick<FirewallManager, 'apply' | 'defer'> {
  let open = 0;
  let isAskedFor = false;
  return {
    async apply(options) {
      if (open === 0) return apply(options);
      isAskedFor = true;
      return nothingApplied;
    },
    async defer(work, options) {
      open += 1;
      try {
        return await work();
      } finally {
        open -= 1;
        if (open === 0 && isAskedFor) {
          isAskedFor = false;
          await apply(options);
        }
      }
    },
  };
}
