import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as module from '../src/index.js';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const rows = [...readme.matchAll(/^\| `(\w+)` \| `(\w+)` \|$/gm)].map(([, original, ours]) => [
  original,
  ours,
]);
/** Told apart in the README: classes, and what is on `linux_net` beside functions of one name. */
const inProse = ['iptables_manager', 'IptablesRule', '_iptables_dest'];

describe('names', () => {
  it.each(rows)('%s is %s', (original, ours) => {
    expect(module.linux_net).toHaveProperty(original ?? '', expect.any(Function));
    expect(module).toHaveProperty(ours ?? '', expect.any(Function));
    expect(module.createLinuxNet()).toHaveProperty(ours ?? '', expect.any(Function));
  });

  it('has a row for every name that is there', () => {
    const there = Object.keys(module.linux_net).filter((name) => !inProse.includes(name));
    expect(rows.map(([original]) => original).sort()).toEqual(there.sort());
  });
});
