import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { workspacePackages } from '../setup/workspace.mjs';
import { errorsOf } from '../testing/install/check-types.mjs';
import { installSets } from '../testing/install/install-sets.mjs';
import { differenceOf, installedPackages, nativePackages } from '../testing/install/installed-packages.mjs';

const bringsOf = (name: string): readonly string[] =>
  installSets.find((set) => set.name === name)?.brings ?? [];

describe('what is expected of an installation', () => {
  it('has every package that is published, by itself', () => {
    const published = workspacePackages().filter(({ manifest }) => manifest.private !== true);
    const alone = installSets.filter(({ asks }) => asks.length === 1).flatMap(({ asks }) => asks);
    expect([...alone].sort()).toEqual(published.map(({ manifest }) => manifest.name).sort());
  });

  it('is that netdev-core brings fewer than three others, and no native code comes but with netdev-linux', () => {
    expect(bringsOf('netdev-core').length - 1).toBeLessThan(3);
    expect(installSets.filter(({ native }) => native !== undefined).map(({ name }) => name)).toEqual([
      'netdev-linux',
    ]);
  });

  it('is that nothing of Linux comes to a FreeBSD host', () => {
    expect(bringsOf('freebsd-host').filter((name) => /linux$|iptables|koffi/.test(name))).toEqual([]);
  });
});

describe('what an installation brought', () => {
  let project = '';
  beforeEach(() => {
    project = mkdtempSync(join(tmpdir(), 'netdev-installed-'));
    const packages = {
      'node_modules/plain': {},
      'node_modules/@scope/built': {},
      'node_modules/plain/node_modules/inner': {},
    };
    const files = {
      'node_modules/.package-lock.json': JSON.stringify({ packages }),
      'node_modules/plain/index.js': '',
      'node_modules/plain/anode.js': '',
      'node_modules/@scope/built/build/addon.node': '',
      'node_modules/plain/node_modules/inner/binding.gyp': '',
    };
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(project, path)), { recursive: true });
      writeFileSync(join(project, path), text);
    }
  });
  afterEach(() => rmSync(project, { recursive: true }));

  it('is told by name, those inside of others too', () => {
    expect(installedPackages(project)).toEqual(['@scope/built', 'inner', 'plain']);
  });

  it('is native where there is code for one machine, or what it is built from', () => {
    expect(nativePackages(project)).toEqual(['@scope/built', 'inner']);
  });

  it('differs by what came along and by what is not there', () => {
    expect(differenceOf(['a', 'c'], ['a', 'b'])).toEqual(['c came along', 'b is not there']);
    expect(differenceOf(['b', 'a'], ['a', 'b'])).toEqual([]);
  });
});

it('gives each project its own errors of types and those that are nobody’s, but for optional peers that stay away', () => {
  const peer =
    "one/node_modules/compat/index.d.ts(1,1): error TS2307: Cannot find module 'peer' or its types.";
  const errors = ['one/use.mts(1,1): error', peer, 'two/node_modules/x.d.ts(1,1): error', 'error TS18003'];
  const names = ['one', 'two'];
  expect(errorsOf(errors, { name: 'one' }, names)).toEqual([errors[0], peer, errors[3]]);
  expect(errorsOf(errors, { name: 'one', without: ['peer'] }, names)).toEqual([errors[0], errors[3]]);
  const own = "one/use.mts(1,1): error TS2307: Cannot find module 'peer' or its types.";
  expect(errorsOf([own], { name: 'one', without: ['peer'] }, names)).toEqual([own]);
});
