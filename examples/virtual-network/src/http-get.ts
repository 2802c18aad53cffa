import { get } from 'node:http';

/** `node http-get.js URL MILLISECONDS`: prints the answer; ends with status 1 when none came in time. */
const [url = '', milliseconds] = process.argv.slice(2);

const request = get(url, { agent: false }, (response) => response.pipe(process.stdout));
const limit = setTimeout(() => request.destroy(new Error('no answer in time')), Number(milliseconds));
request.on('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
request.on('close', () => clearTimeout(limit));
