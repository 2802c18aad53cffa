import { createServer } from 'node:http';

/**
 * `node http-server.js NAME ADDRESS PORT`: answers every request with its name and the address that
 * the request came from.
 */
const [name, address, port] = process.argv.slice(2);

createServer((request, response) => {
  response.setHeader('content-type', 'application/json');
  response.end(`${JSON.stringify({ server: name, client: request.socket.remoteAddress })}\n`);
}).listen(Number(port), address, () => process.stdout.write(`${name} listens on ${address}:${port}\n`));
