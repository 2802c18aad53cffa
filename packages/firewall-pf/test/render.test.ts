import { createFreeBsdHost } from 'netdev-conformance/freebsd';
import type { Intent, IntentGroup } from 'netdev-core';
import { describe, expect, it } from 'vitest';
import { hostileStrings } from '../../netdev-core/test/hostile.js';
import { renderAnchors, renderPfConf, renderReferences } from '../src/index.js';
import { everyIntent } from './every-intent.js';

/** Loads the anchors of groups into a simulated host, which takes nothing that pf of FreeBSD 14 would not. */
function expectTaken(groups: readonly IntentGroup[], owner?: string): string {
  const host = createFreeBsdHost({ version: 14 });
  const anchors = renderAnchors(groups, { owner });
  const main = renderReferences({ owner })
    .map((line) => `${line}\n`)
    .join('');
  expect(host.run(['pfctl', '-f', '-'], { stdin: main })).toMatchObject({ exitCode: 0, stderr: '' });
  for (const { anchor, text } of anchors) {
    expect([text, host.run(['pfctl', '-a', anchor, '-f', '-'], { stdin: text })]).toMatchObject([
      text,
      { exitCode: 0, stderr: '' },
    ]);
    expectWithinLimits(anchor, text);
  }
  return anchors.map(({ text }) => text).join('');
}

function expectWithinLimits(anchor: string, text: string): void {
  for (const part of anchor.split('/')) {
    expect(part.length).toBeLessThanOrEqual(63);
    expect(part.startsWith('_')).toBe(false);
  }
  for (const [, table = ''] of text.matchAll(/<([^>]*)>/g)) expect(table).toMatch(/^[A-Za-z0-9._-]{1,31}$/);
  for (const [, label = ''] of text.matchAll(/label "([^"]*)"/g))
    expect(label.length).toBeLessThanOrEqual(63);
  for (const [, tag = ''] of text.matchAll(/ tag(?:ged)? (\S+)/g)) expect(tag.length).toBeLessThanOrEqual(63);
}

/** Each copy of a value in which one of its parts, however deep, is another. */
function withAnother(value: unknown, other: string): unknown[] {
  if (typeof value !== 'object' || value === null) return [other];
  return Object.entries(value).flatMap(([field, part]) =>
    withAnother(part, other).map((changed) =>
      Array.isArray(value) ? value.with(Number(field), changed) : { ...value, [field]: changed },
    ),
  );
}

const group = (...intents: Intent[]): IntentGroup => ({ key: 'some/group', intents });

describe('the text of anchors', () => {
  it.each(everyIntent.map((intent) => [intent.kind, intent] as const))(
    'of %s is taken by pf',
    (_, intent) => {
      expect(expectTaken([group(intent)])).not.toBe('');
    },
  );

  it('is taken with the longest of keys, owners and names', () => {
    const long = 'k'.repeat(128);
    const rules = [{ direction: 'in' as const, remote: { group: `${long.slice(1)}2` } }];
    const groups = [
      { key: long, intents: everyIntent },
      { key: '_', intents: [{ kind: 'security-group' as const, name: long, rules }] },
    ];
    for (const owner of ['o'.repeat(16), '_', '-a', '0', 'all']) expectTaken(groups, owner);
  });

  it('never takes the name of a device for a word of pf.conf', () => {
    for (const name of [
      'all',
      'in',
      'quick',
      'inet',
      'proto',
      'from',
      'self',
      'any',
      '0',
      '12',
      '1e0',
      'tag',
    ]) {
      const text = expectTaken([
        group(
          { kind: 'accept-input', interface: name },
          { kind: 'forward-policy', bridge: name, policy: 'open', interfaces: ['em0'] },
          { kind: 'source-nat', source: '10.0.0.0/8', interface: name, to: 'masquerade' },
          { kind: 'dhcp-guard', ports: [name] },
          { kind: 'isolate-address', interface: name, address: '10.0.0.1' },
        ),
      ]);
      expect(text).toContain(`on "${name}"`);
      expect(text).toMatch(/ -> \("?\w+:0"?\)\n/);
    }
  });

  it('has nothing of what is hostile, in whichever place of an intent, in its key or in the owner', () => {
    const refused = expect.objectContaining({ code: 'INVALID_ARGUMENT' });
    let count = 0;
    for (const hostile of hostileStrings) {
      // What begins with a dash is an owner all the same, and its anchor does not.
      if (!/^[\w-]+$/.test(hostile))
        expect(() => renderPfConf([group()], { owner: hostile })).toThrow(refused);
      for (const each of everyIntent.flatMap((intent) => withAnother(group(intent), hostile))) {
        count += 1;
        expect(() => renderAnchors([each as IntentGroup])).toThrow(refused);
      }
    }
    expect(count).toBeGreaterThan(100 * hostileStrings.length);
  });

  it('keeps keys apart that differ in a slash or behind the longest name', () => {
    const keys = ['a/b', 'a:b', 'a.b', `${'x'.repeat(80)}1`, `${'x'.repeat(80)}2`];
    const intents: Intent[] = [
      { kind: 'no-nat', source: '10.0.0.0/8', destination: '10.0.0.0/8' },
      { kind: 'security-group', name: 'web', rules: [{ direction: 'in' }] },
    ];
    const anchors = renderAnchors(keys.map((key) => ({ key, intents })));
    expect(new Set(anchors.map(({ anchor }) => anchor)).size).toBe(2 * keys.length);
  });

  it('calls the anchors in the order of their classes, and of one class in the order of put', () => {
    const nat = (key: string): IntentGroup => ({
      key,
      intents: [{ kind: 'source-nat', source: '10.0.0.0/8', to: '192.0.2.1' }],
    });
    const exempt = { kind: 'no-nat', source: '10.0.0.0/8', destination: '10.0.0.0/8' } as const;
    const anchors = renderAnchors([nat('z'), nat('a'), { key: 'm', intents: [exempt] }]);
    expect(anchors.map(({ anchor }) => anchor)).toEqual([
      'netdev/h00002.m',
      'netdev/k00000.z',
      'netdev/k00001.a',
    ]);
  });

  it('refuses by name what pf cannot say', () => {
    const refused: [Intent, 13 | 14][] = [
      [{ kind: 'source-nat', source: '10.0.0.0/8', to: 'masquerade' }, 14],
      [{ kind: 'port-forward', address: '192.0.2.1', protocol: 'sctp', port: 1, toAddress: '10.0.0.1' }, 14],
      [{ kind: 'accept-input', protocol: 'sctp', ports: 7 }, 14],
      [{ kind: 'isolate-address', interface: 'em0', address: '10.0.0.1' }, 13],
    ];
    for (const [intent, version] of refused)
      expect(() => renderAnchors([group(intent)], { version })).toThrow(intent.kind);
  });

  it('is nothing for a group without intents', () => {
    expect(renderAnchors([{ key: 'empty', intents: [] }])).toEqual([]);
  });

  it('is one text that pf takes too, in its order, for a person to check', () => {
    const host = createFreeBsdHost({ version: 14 });
    const groups = everyIntent.map((intent, index) => ({ key: `g/${index}`, intents: [intent] }));
    const text = renderPfConf(groups);
    expect(host.run(['pfctl', '-n', '-f', '-'], { stdin: text })).toMatchObject({ exitCode: 0, stderr: '' });
    for (const { text: own } of renderAnchors(groups))
      for (const line of own.split('\n')) expect(text).toContain(line);
  });
});
