import { type Cidr, networkOf } from 'netdev-core';
import { addressText } from './addressing.js';
import { type CommandResult, type Program, type ProgramCall, printed } from './command.js';
import type { NetworkInterface } from './network-interface.js';
import { NotCoveredError } from './not-covered.js';
import { isConnected, linkTowards, type StaticRoute } from './routing-table.js';
import { findInterface, tell } from './vnet.js';

interface Request {
  change: 'add' | 'delete';
  family: 'inet' | 'inet6';
  /** As it was written. */
  text: string;
  isNet: boolean;
  destination: string;
  gateway: string | undefined;
  link: NetworkInterface | undefined;
}

/** route(8): `add`, `delete` and `del`. */
export const route: Program = (call) => {
  const request = readRequest(call);
  return request.change === 'add' ? add(call, request) : remove(call, request);
};

function readRequest(call: ProgramCall): Request {
  const { argv, vnet } = call;
  const refuse = (what: string): never => {
    throw new NotCoveredError(argv, what);
  };
  const words = argv.slice(1).filter((word) => word !== '-n');
  const [change] = words.splice(0, 1);
  if (change !== 'add' && change !== 'delete' && change !== 'del') return refuse(`route ${change}`);
  let family: Request['family'] = 'inet';
  let isNet = false;
  let text: string | undefined;
  let gateway: string | undefined;
  let link: NetworkInterface | undefined;
  while (words.length > 0) {
    const word = words.shift() ?? '';
    if (word === '-6' || word === '-inet6') family = 'inet6';
    else if (word === '-net') isNet = true;
    else if (word === '-iface' || word === '-interface') {
      link = findInterface(vnet, words.shift() ?? '') ?? refuse('an interface that is not there');
    } else if (word.startsWith('-')) refuse(word);
    else if (text === undefined) text = word;
    else if (gateway === undefined) gateway = addressText(zoned(word)[0], family) ?? refuse('such a gateway');
    else refuse('more than a destination and a gateway');
  }
  if (text === undefined) return refuse('no destination');
  const destination = destinationOf(text, family) ?? refuse('such a destination');
  return {
    change: change === 'add' ? 'add' : 'delete',
    family,
    text,
    isNet: isNet || text.includes('/') || text === 'default',
    destination,
    gateway,
    link,
  };
}

function zoned(text: string): [string, string | undefined] {
  const [address = '', zone] = text.split('%');
  return [address, zone];
}

/** Without a length an address with host bits is a host. */
function destinationOf(text: string, family: 'inet' | 'inet6'): string | undefined {
  if (text === 'default') return 'default';
  const [address = '', length] = text.split('/');
  const parsed = addressText(address, family);
  const width = family === 'inet' ? 32 : 128;
  if (parsed === undefined || (length !== undefined && !/^\d{1,3}$/.test(length))) return undefined;
  if (Number(length ?? width) === 0) return 'default';
  return networkOf(`${parsed}/${length ?? width}` as Cidr);
}

function add({ vnet }: ProgramCall, request: Request): CommandResult {
  const { family, destination, gateway } = request;
  const link = request.link ?? (gateway === undefined ? undefined : linkTowards(vnet, gateway));
  if (link === undefined) return refused(request, 'Network is unreachable', 'Network is unreachable');
  if (vnet.routes.some((one) => isRoute(one, request)) || isConnected(vnet, destination))
    return refused(request, 'route already in table', 'File exists');
  vnet.routes.push({ family, destination, gateway, link });
  tell(vnet);
  return printed(`${line(request)}\n`);
}

function remove({ vnet, argv }: ProgramCall, request: Request): CommandResult {
  const { gateway, link } = request;
  const found = vnet.routes.find(
    (one) =>
      isRoute(one, request) &&
      (gateway === undefined || one.gateway === gateway) &&
      (link === undefined || one.link === link),
  );
  if (found === undefined) {
    if (isConnected(vnet, request.destination))
      throw new NotCoveredError(argv, 'deleting the route of an address, which is pinned');
    return refused(request, 'not in table', undefined);
  }
  vnet.routes = vnet.routes.filter((one) => one !== found);
  tell(vnet);
  return printed(`${line(request)}\n`);
}

function isRoute(one: StaticRoute, { family, destination }: Request): boolean {
  return one.family === family && one.destination === destination;
}

function line({ change, text, isNet, gateway, link }: Request): string {
  const way = gateway ?? link?.name;
  return `${change} ${isNet ? 'net' : 'host'} ${text}${way === undefined ? '' : `: gateway ${way}`} fib 0`;
}

/** The reason is on standard output (sbin/route/route.c); that of a routing socket on the other is of newer versions. */
function refused(request: Request, reason: string, errno: string | undefined): CommandResult {
  const stderr =
    errno === undefined ? 'route: route has not been found\n' : `route: message indicates error: ${errno}\n`;
  return { exitCode: 1, stdout: `${line(request)}: ${reason}\n`, stderr };
}
