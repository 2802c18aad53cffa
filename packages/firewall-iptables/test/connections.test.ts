import type { Intent } from 'netdev-core';
import { createRecordingRunner, createRunner, type Runner } from 'netdev-exec';
import { describe, expect, it } from 'vitest';
import { connectionsOf, filterWords } from '../src/connections/connection-filter.js';
import { createStaleConnections } from '../src/connections/stale-connections.js';
import { everyIntent } from './every-intent.js';

const wordsOf = (intent: Intent): string[] =>
  connectionsOf(intent).map((filter) => filterWords(filter).join(' '));

describe('connectionsOf', () => {
  it('selects by what the kernel knows of a connection, in both directions of a floating address', () => {
    expect(wordsOf({ kind: 'floating-address', floating: '203.0.113.7', fixed: '10.0.0.7' })).toEqual([
      '-f ipv4 -d 203.0.113.7 -r 10.0.0.7',
      '-f ipv4 -s 10.0.0.7 -q 203.0.113.7',
    ]);
    expect(
      wordsOf({
        kind: 'port-forward',
        address: '2001:db8::1',
        protocol: 'tcp',
        port: 80,
        toAddress: 'fd00::7',
      }),
    ).toEqual(['-f ipv6 -p tcp -d 2001:db8::1 --orig-port-dst 80 -r fd00::7']);
    expect(wordsOf({ kind: 'source-nat', source: '10.0.0.0/24', to: 'masquerade' })).toEqual([
      '-f ipv4 -s 10.0.0.0/24 -n',
    ]);
  });

  it('selects nothing where connections of others would be among them', () => {
    for (const intent of [
      { kind: 'accept-input', interface: 'br0', protocol: 'tcp', ports: 22 },
      { kind: 'accept-input', destination: '10.0.0.1/32', protocol: 'tcp', ports: [1, 9] },
      { kind: 'forward-policy', bridge: 'br0', policy: 'open' },
      { kind: 'no-nat', source: '10.0.0.0/24', destination: '10.1.0.0/24' },
    ] satisfies Intent[]) {
      expect(wordsOf(intent)).toEqual([]);
    }
  });

  it('narrows every selection by an address of the intent', () => {
    const filters = everyIntent.flatMap(connectionsOf);
    expect(filters.length).toBeGreaterThan(10);
    for (const { from, to } of filters) expect(from ?? to).toBeDefined();
  });
});

describe('createStaleConnections', () => {
  const float = (floating: string): Intent => ({ kind: 'floating-address', floating, fixed: '10.0.0.7' });
  /** Answers as conntrack does where there is nothing to delete, after failing as often as asked for. */
  const runner = (fails: number): Runner => {
    let left = fails;
    const base = createRunner();
    return {
      ...base,
      run: async (argv) => {
        if (argv[1] === '-D' && left-- > 0) throw new Error('refused');
        return { argv, exitCode: 1, stdout: '', stderr: '' };
      },
    };
  };

  it('keeps what moved from one group to another, and what came back in time', async () => {
    const recorder = createRecordingRunner(runner(0));
    const stale = await createStaleConnections(recorder);
    stale.note([float('203.0.113.7'), float('203.0.113.8')], [float('203.0.113.7')]);
    expect(stale.any).toBe(true);
    stale.note([], [float('203.0.113.8')]);
    expect(stale.any).toBe(false);
    await stale.end();
    expect(recorder.commands.filter(({ argv }) => argv[1] === '-D')).toEqual([]);
  });

  it('ends next time what could not be ended', async () => {
    const recorder = createRecordingRunner(runner(1));
    const stale = await createStaleConnections(recorder);
    stale.note([float('203.0.113.7')], []);
    await expect(stale.end()).rejects.toThrow('refused');
    expect(stale.any).toBe(true);
    await stale.end();
    expect(stale.any).toBe(false);
  });
});
