import { moveLayer3, type NetDevDriver, PlatformError, runBatch } from 'netdev-core';

type Method = 'ensureAddress' | 'deleteAddress' | 'ensureRoute' | 'updateLink' | 'deleteLink' | 'createLink';

/** A driver that refuses one operation on what `object` is in the first argument of, in batches too. */
export function failingNetdev(driver: NetDevDriver, method: Method, object: string): NetDevDriver {
  const refused = (first: unknown): boolean => JSON.stringify(first).includes(object);
  const failing: NetDevDriver = {
    ...driver,
    [method]: async (first: never, ...rest: never[]) => {
      if (refused(first)) throw new PlatformError({ operation: method, object, detail: 'refused' });
      return (driver[method] as (...all: never[]) => unknown)(first, ...rest);
    },
    batch: (operations, options) => runBatch(failing, operations, options),
    moveLayer3: (from, to, options) => moveLayer3(failing, from, to, options),
  };
  return failing;
}
