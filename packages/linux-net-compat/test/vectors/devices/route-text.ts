import type { Route, RouteKind, RouteSpec } from 'netdev-core';
import type { Words } from './words.js';

const kinds: readonly RouteKind[] = ['unicast', 'blackhole', 'unreachable', 'prohibit', 'throw'];

/** Words that have one behind them which nothing here depends on. */
const attributes: readonly string[] = [
  'pref',
  'advmss',
  'window',
  'initcwnd',
  'initrwnd',
  'hoplimit',
  'nhid',
  'tos',
];

/** Reads a route as `ip-route(8)` prints and takes it. */
export function readRoute(words: Words): RouteSpec {
  const kind = kinds.find((word) => words.takes(word));
  const route: RouteSpec = { destination: words.next('a destination') };
  if (kind !== undefined) route.kind = kind;
  while (words.left > 0) {
    const word = words.next();
    if (word === 'via') route.via = words.next('a gateway');
    else if (word === 'dev') route.link = words.next('a device');
    else if (word === 'src') route.source = words.next('a source');
    else if (word === 'metric') route.metric = words.number('metric');
    else if (word === 'proto') route.protocol = words.next('a protocol');
    else if (word === 'scope') route.scope = words.next('a scope') as NonNullable<Route['scope']>;
    else if (word === 'table') route.table = words.number('table');
    else if (word === 'mtu') route.mtu = words.number('MTU');
    else if (word === 'onlink') route.onLink = true;
    else if (attributes.includes(word)) words.next('a value');
    else if (word !== 'linkdown' && word !== 'dead') words.refuse(`nothing is known of ${word}`);
  }
  return route;
}
