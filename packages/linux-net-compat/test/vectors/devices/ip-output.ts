import type { RouteSpec } from 'netdev-core';
import { readAddress } from './address-text.js';
import type { AddressText } from './device-step.js';
import { readRoute } from './route-text.js';
import { Words } from './words.js';

/** The addresses in what `ip addr show dev LINK` prints, in its order. */
export function readAddresses(link: string, text: string): AddressText[] {
  return lines(text)
    .filter(([family = '']) => family === 'inet' || family === 'inet6')
    .map(([, ...rest]) => readAddress(new Words(rest), link));
}

/** The routes in what `ip route show dev LINK` prints, which leaves the device out. */
export function readRoutes(link: string, text: string): RouteSpec[] {
  return lines(text).flatMap((words) => {
    const route = routeOrNone(words);
    if (route === undefined) return [];
    return [route.kind === undefined ? { link, ...route } : route];
  });
}

function lines(text: string): string[][] {
  return text
    .split('\n')
    .map((line) => line.split(/\s+/).filter((word) => word !== ''))
    .filter((words) => words.length > 0);
}

function routeOrNone(words: string[]): RouteSpec | undefined {
  try {
    return readRoute(new Words(words));
  } catch {
    return undefined;
  }
}
