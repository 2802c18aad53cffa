#!/usr/bin/env node
import { writeFileSync } from 'node:fs';
import { runBridge } from './run-bridge.js';

/** One line a message, whatever is in it. */
function report(text: string): void {
  const line = text.replace(/\p{Cc}+/gu, ' ');
  process.stderr.write(`linux-net-dhcpbridge: ${line}\n`);
}

const { exitCode, stdout } = await runBridge({
  argv: process.argv.slice(2),
  environment: process.env,
  now: new Date(),
  report,
});
if (stdout !== '') writeFileSync(1, stdout);
// The program that hands on may take longer.
process.exit(exitCode);
