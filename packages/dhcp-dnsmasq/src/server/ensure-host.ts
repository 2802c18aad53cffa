import { isDeepStrictEqual } from 'node:util';
import {
  type DhcpHost,
  type DhcpHostIdentity,
  type OperationOptions,
  type ParsedDhcpHost,
  parseHostIdentity,
} from 'netdev-core';
import { insideRange } from '../config/address-range.js';
import type { ServerPaths } from '../config/paths.js';
import { renderAddition } from '../network/additions.js';
import { afterAddition, type KeptNetwork } from '../network/kept-network.js';
import { withHosts } from '../network/wanted-network.js';
import { writeAddition } from '../network/write-network.js';
import { hasReadAddition } from './added-files.js';
import { ensureServer, type ServerChange } from './ensure-server.js';
import { listenToServer } from './server-log.js';
import { findServer, type ServerEnvironment } from './server-process.js';

/**
 * So many files of added hosts at least, and one for each of so many hosts, are put into one file again: the server
 * reads them all whenever it reads anything again.
 */
const FEWEST_ADDITIONS = 256;
const HOSTS_PER_ADDITION = 4;

/** Brings one host of a network to this, and keeps `kept` up to date with the folder. @throws InvalidArgumentError */
export async function ensureHost(
  environment: ServerEnvironment,
  kept: KeptNetwork,
  paths: ServerPaths,
  given: DhcpHost,
  options: OperationOptions,
): Promise<ServerChange> {
  const host = kept.parseHost(given);
  const former = kept.hosts.find(host);
  kept.hosts.put(host);
  try {
    if (kept.settled && former !== undefined && isDeepStrictEqual(former, host)) {
      if ((await findServer(environment, paths)) !== undefined) return 'none';
    }
    const isSimple = kept.settled && former === undefined && canBeAdded(kept, host);
    if (isSimple && (await seemsToRun(environment, kept, paths)) && (await environment.noticesFiles())) {
      if (await addHost(environment, kept, paths, host)) return 'added';
    }
    return await ensureServer(environment, withHosts(kept.wanted, kept.hosts), paths, options);
  } catch (error) {
    kept.hosts.delete(host);
    if (former !== undefined) kept.hosts.put(former);
    throw error;
  }
}

/** Takes one host out of a network. @throws InvalidArgumentError */
export async function removeHost(
  environment: ServerEnvironment,
  kept: KeptNetwork,
  paths: ServerPaths,
  identity: DhcpHostIdentity,
  options: OperationOptions,
): Promise<ServerChange> {
  const host = kept.hosts.find(parseHostIdentity(identity));
  if (host === undefined) return 'none';
  kept.hosts.delete(host);
  try {
    return await ensureServer(environment, withHosts(kept.wanted, kept.hosts), paths, options);
  } catch (error) {
    kept.hosts.put(host);
    throw error;
  }
}

/** An address out of a range may be another guest's for now, and options are in a file that is read on demand only. */
function canBeAdded(
  { wanted, hosts, additions }: KeptNetwork,
  { options, addresses }: ParsedDhcpHost,
): boolean {
  const { subnets, relayed } = wanted.network;
  const ranges = [...subnets, ...relayed].flatMap((subnet) => subnet.ranges.map(insideRange));
  const most = Math.max(FEWEST_ADDITIONS, hosts.size / HOSTS_PER_ADDITION);
  return (
    options.length === 0 &&
    additions < most &&
    !addresses.some((address) => ranges.some((isInside) => isInside(address)))
  );
}

/**
 * Whether the server that was seen last is still there, or another one. A pid may be another program's by now, which a look
 * at it would tell at a greater cost; so does the log, in which nobody says then that a host was read.
 */
async function seemsToRun(
  environment: ServerEnvironment,
  kept: KeptNetwork,
  paths: ServerPaths,
): Promise<boolean> {
  const { runner } = environment;
  const { pid } = kept;
  if (pid !== undefined && (runner.dryRun || (await runner.signal(pid, 0)))) return true;
  kept.pid = await findServer(environment, paths);
  return kept.pid !== undefined;
}

async function addHost(
  environment: ServerEnvironment,
  kept: KeptNetwork,
  paths: ServerPaths,
  host: ParsedDhcpHost,
): Promise<boolean> {
  const { files } = environment;
  const addition = renderAddition([host], {
    generation: kept.generation,
    number: kept.additions,
    domain: kept.wanted.network.domain,
  });
  using words = await listenToServer(files, paths, kept.logEnd);
  await writeAddition(files, paths, addition);
  kept.additions += 1;
  kept.versions = await afterAddition(files, paths, kept.versions);
  const hasRead = await hasReadAddition(environment, paths, words, addition);
  kept.logEnd = words.end;
  if (hasRead) return true;
  // It will be told in another way.
  for (const directory of [paths.addedHosts, paths.addedNames])
    await files.remove(`${directory}/${addition.name}`);
  return false;
}
