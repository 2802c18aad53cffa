import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';

/** @type {Readonly<Record<string, string>>} */
const types = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
};

/** A picture in an address bar, which browsers ask every site for. */
const ASKED_BY_ITSELF = '/favicon.ico';

/**
 * Serves the files of a folder to this machine, until it is closed. From files, a browser would not take icons of another file.
 * @param {string} folder
 * @param {{ blank?: readonly string[] }} [options] files that are served as if nothing were in them
 * @returns {Promise<{ address: string, close: () => Promise<void> }>}
 */
export async function serveFolder(folder, { blank = [] } = {}) {
  const server = createServer(async ({ url = '/' }, response) => {
    const path = decodeURI(url.replace(/[?#].*/, '')).replace(/\/$/, '/index.html');
    if (path === ASKED_BY_ITSELF) return response.writeHead(204).end();
    try {
      const content = blank.includes(path) ? '' : await readFile(join(folder, normalize(path)));
      response.writeHead(200, { 'content-type': types[extname(path)] ?? 'application/octet-stream' });
      return response.end(content);
    } catch {
      return response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a server without a port');
  return {
    address: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
