import type { AcceptInputIntent } from 'netdev-core';
import type { Entry } from '../entry.js';
import { letThrough, matchPorts, withSomeField } from './words.js';

/** What may reach the host itself. */
export function renderAcceptInput(intent: AcceptInputIntent): Entry[] {
  const { source, destination, protocol } = intent;
  const { port, when } = matchPorts(intent.ports);
  return withSomeField({ in: intent.interface, source, destination, protocol, port }).map((match) => ({
    table: 'inet',
    chain: 'input',
    rank: 1,
    match,
    when,
    does: letThrough,
  }));
}
