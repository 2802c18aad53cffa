import type { ServerPaths } from '../config/paths.js';
import type { Supervision } from '../dnsmasq-driver.js';
import { tellMissedOfKilled } from '../events/tell-missed.js';
import { trimLog } from '../log/trim-log.js';
import { createServerScan } from '../server/known-servers.js';
import { findServer, type ServerEnvironment, startServer } from '../server/server-process.js';
import { type SupervisionSettings, supervise } from './supervise.js';

/** Lets the works on one network run one after another. */
interface Turns {
  inTurn<Result>(name: string, work: () => Promise<Result>): Promise<Result>;
}

/** Supervises the servers of a directory until it is stopped or the signal fires. */
export function startSupervision(
  environment: ServerEnvironment,
  directory: string,
  turns: Turns,
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
      isWell: (key, paths) => turns.inTurn(key, () => isWell(paths)),
      start: (key, paths) =>
        turns.inTurn(key, async () => {
          if (await isWell(paths)) return undefined;
          if (environment.tellsLeases) await tellMissedOfKilled(environment, paths);
          return startServer(environment, paths, key, {});
        }),
      tidy: (key, paths) => turns.inTurn(key, async () => void (await trimLog(files, paths))),
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
