import type { ParsedForwardingEntrySpec } from 'netdev-core';
import { encodeMessage, encodeNeighbour, NLM_F, RTM } from '../netlink/index.js';
import type { Change } from './change.js';
import { entryToMessage, mayHaveSeveral } from './forwarding-entry-message.js';

/** Makes an entry that stays, in place of what was learned. */
export function entryAddition(spec: ParsedForwardingEntrySpec, index: number): Change {
  const flags = NLM_F.CREATE | (mayHaveSeveral(spec) ? NLM_F.APPEND : NLM_F.REPLACE);
  return {
    attempt: { operation: 'add forwarding entry', object: `${spec.mac} on ${spec.link}` },
    request: request(RTM.NEWNEIGH, flags, spec, index),
    accept: [],
    told: { do: 'add-forwarding-entry', spec },
  };
}

/** Deletes an entry that is there. */
export function entryRemoval(spec: ParsedForwardingEntrySpec, index: number): Change {
  return {
    attempt: { operation: 'delete forwarding entry', object: `${spec.mac} on ${spec.link}` },
    request: request(RTM.DELNEIGH, 0, spec, index),
    // It aged meanwhile.
    accept: ['ENOENT'],
    told: { do: 'delete-forwarding-entry', spec },
  };
}

function request(type: number, flags: number, spec: ParsedForwardingEntrySpec, index: number): Uint8Array {
  return encodeMessage(
    { type, flags: flags | NLM_F.REQUEST | NLM_F.ACK },
    encodeNeighbour(entryToMessage(spec, index)),
  );
}
