import { pathToFileURL } from 'node:url';
import type { LeaseHandler } from './lease-handler.js';
import type { Receiver } from './receiver.js';

/** Hands on to a handler module, in this process. */
export function openModule(path: string): Receiver {
  let loaded: Promise<LeaseHandler> | undefined;
  return {
    async ask(request) {
      loaded ??= loadHandler(path);
      const handler = await loaded;
      if (request.action === 'init') return { leases: await handler.init(request) };
      await handler[request.action](request);
      return { ok: true };
    },
  };
}

async function loadHandler(path: string): Promise<LeaseHandler> {
  const module: Readonly<Record<string, unknown>> = await import(pathToFileURL(path).href);
  const missing = ['add', 'old', 'del', 'init'].filter((name) => typeof module[name] !== 'function');
  if (missing.length > 0) throw new Error(`${path} exports no function ${missing.join(', ')}`);
  return module as unknown as LeaseHandler;
}
