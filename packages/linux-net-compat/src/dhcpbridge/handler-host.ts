import { pathToFileURL } from 'node:url';
import type { LeaseHandler } from './lease-handler.js';
import type { LeaseRequest } from './receiver.js';

/** The program in which a handler module runs: takes requests from its parent, one after another. */
const loaded = loadHandler(process.argv[2] ?? '');
// Who asks first is told; nobody may be there yet.
loaded.catch(() => {});

process.on('message', async (request: LeaseRequest) => {
  const answer = await answerTo(request).catch((error: unknown) => ({ error: textOf(error) }));
  process.send?.(answer);
});
process.on('disconnect', () => process.exit());

async function answerTo(request: LeaseRequest): Promise<object> {
  const handler = await loaded;
  if (request.action === 'init') return { leases: await handler.init(request) };
  await handler[request.action](request);
  return { ok: true };
}

async function loadHandler(path: string): Promise<LeaseHandler> {
  const module: Readonly<Record<string, unknown>> = await import(pathToFileURL(path).href);
  const missing = ['add', 'old', 'del', 'init'].filter((name) => typeof module[name] !== 'function');
  if (missing.length > 0) throw new Error(`${path} exports no function ${missing.join(', ')}`);
  return module as unknown as LeaseHandler;
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
