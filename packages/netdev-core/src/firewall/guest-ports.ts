import { InvalidArgumentError } from '../errors/index.js';
import type { IntentGroup } from './manager.js';

/** Keeps a port from being that of two guests, whichever groups of intents they are in. */
export interface GuestPorts {
  /**
   * Takes the ports of a group's guests, in the place of those that the group of the same key had.
   *
   * @throws InvalidArgumentError for a port of another guest, naming the field; then nothing has changed
   */
  put(group: IntentGroup): void;
  delete(key: string): void;
  clear(): void;
}

/** Ports of guests are to be kept apart over all groups that a manager has. */
export function createGuestPorts(): GuestPorts {
  const holders = new Map<string, string>();
  const portsOf = new Map<string, readonly string[]>();
  const release = (key: string): void => {
    for (const port of portsOf.get(key) ?? []) holders.delete(port);
    portsOf.delete(key);
  };
  return {
    put({ key, intents }) {
      const ports = new Set<string>();
      for (const [index, intent] of intents.entries()) {
        if (intent.kind !== 'guest') continue;
        const { port } = intent;
        const holder = ports.has(port) ? key : holders.get(port);
        if (ports.has(port) || (holder !== undefined && holder !== key)) {
          const expected = `a port of one guest only (there is one in group ${holder})`;
          throw new InvalidArgumentError(`intents[${index}].port`, port, expected);
        }
        ports.add(port);
      }
      release(key);
      if (ports.size === 0) return;
      portsOf.set(key, [...ports]);
      for (const port of ports) holders.set(port, key);
    },
    delete: release,
    clear() {
      holders.clear();
      portsOf.clear();
    },
  };
}
