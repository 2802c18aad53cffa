import type { Key, OperationOptions } from 'netdev-core';
import type { ServerPaths } from '../config/paths.js';
import type { Supervision } from '../dnsmasq-driver.js';
import { tellMissedOfKilled } from '../events/tell-missed.js';
import { checkpointLeases, lagsBehind } from '../leases/lease-store.js';
import { tidyLog } from '../log/trim-log.js';
import { createServerScan } from '../server/known-servers.js';
import { findServer, type ServerEnvironment, startServer } from '../server/server-process.js';
import { type SupervisionSettings, supervise } from './supervise.js';

/** Does some work on a network while nobody else works on it, in this program or another. */
export type Alone = <Result>(
  key: Key,
  work: () => Promise<Result>,
  options?: OperationOptions,
) => Promise<Result>;

/** Supervises the servers of a directory until it is stopped or the signal fires. */
export function startSupervision(
  environment: ServerEnvironment,
  directory: string,
  alone: Alone,
  settings: SupervisionSettings,
  signal: AbortSignal,
): Supervision {
  const { files } = environment;
  const isWell = async (paths: ServerPaths): Promise<boolean> =>
    (await findServer(environment, paths)) !== undefined || (await files.read(paths.network)) === undefined;
  const stopping = new AbortController();
  const done = supervise(
    {
      list: createServerScan(files, directory),
      // One that is not may be just about to be started again by somebody who changes it.
      isWell: async (key, paths) => (await isWell(paths)) || alone(key, () => isWell(paths)),
      start: (key, paths) =>
        alone(key, async () => {
          if (await isWell(paths)) return undefined;
          if (environment.tellsLeases) await tellMissedOfKilled(environment, paths);
          return startServer(environment, paths, key, {});
        }),
      tidy: async (key, paths) => {
        await tidyLog(files, paths, (work) => alone(key, work));
        if (environment.leaseStore === 'journal' && (await lagsBehind(files, paths)))
          await alone(key, () => checkpointLeases(files, paths));
      },
    },
    settings,
    AbortSignal.any([signal, stopping.signal]),
  );
  const stop = (): Promise<void> => {
    stopping.abort();
    return done;
  };
  return { stop, [Symbol.asyncDispose]: stop };
}
