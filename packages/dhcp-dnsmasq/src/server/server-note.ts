import { createHash } from 'node:crypto';
import {
  type DhcpServerStatus,
  isNetDevError,
  parseInterfaceName,
  parseIpAddress,
  parseKey,
} from 'netdev-core';

/** What is noted of a server once it serves: for whom, and by which files. */
export interface ServerNote extends Pick<DhcpServerStatus, 'key' | 'interface' | 'serverAddress'> {
  /** Digests of what it was started with, and of what it read last. Files may be newer if a program ended between. */
  config: string;
  data: string;
  /** The generation of the network. */
  generation: string;
}

export function renderNote(note: ServerNote): string {
  return `${JSON.stringify(note)}\n`;
}

/** Reads a note; `undefined` for what is none, as another program's or a damaged one. */
export function parseNote(text: string | undefined): ServerNote | undefined {
  if (text === undefined) return undefined;
  try {
    const {
      key,
      interface: name,
      serverAddress,
      config,
      data,
      generation,
    } = JSON.parse(text) as Record<string, unknown>;
    return {
      key: parseKey(key),
      interface: parseInterfaceName(name),
      serverAddress: parseIpAddress(serverAddress),
      config: String(config),
      data: String(data),
      generation: String(generation),
    };
  } catch (error) {
    if (
      error instanceof SyntaxError ||
      error instanceof TypeError ||
      isNetDevError(error, 'INVALID_ARGUMENT')
    ) {
      return undefined;
    }
    throw error;
  }
}

export function digest(...texts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(texts)).digest('hex');
}
