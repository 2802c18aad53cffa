import { MissingToolError } from 'netdev-core';
import { describe, expect, it } from 'vitest';
import { createRuleState } from '../src/rule-state.js';
import type { Family } from '../src/tools/family.js';
import { type KernelRules, RefusedError } from '../src/tools/kernel-rules.js';
import { createMemoryRules } from '../src/tools/memory-rules.js';
import { type Wish, wishFor } from '../src/wish.js';

const wish = (family: Family, ...rules: string[]): Wish =>
  wishFor(family, {
    table: 'filter',
    owner: 'own',
    chains: new Map([['own-in', rules]]),
    shared: new Set(),
    guests: new Map([['INPUT', [{ text: '-j own-in', top: false }]]]),
    removals: [],
    released: new Set(),
  });

const refusal = (): RefusedError =>
  new RefusedError({ operation: 'write', object: 'rules', detail: 'line 2 failed' });

/** Memory in the kernel's place, which notes what it is asked for and refuses as told. */
function kernelThat(refuses: (family: Family, writes: number) => boolean) {
  const memory = createMemoryRules();
  const calls: string[] = [];
  let writes = 0;
  const kernel: KernelRules = {
    async read(family, tables) {
      calls.push(`read ${family}`);
      return memory.read(family, tables);
    },
    async write(family, plans) {
      writes += 1;
      calls.push(`write ${family}`);
      if (refuses(family, writes)) throw refusal();
      await memory.write(family, plans);
    },
  };
  const rulesOf = async (family: Family): Promise<string[]> =>
    [...((await memory.read(family, [])).get('filter')?.chains ?? [])].flatMap(([chain, { rules }]) =>
      rules.map(({ text }) => `${chain}: ${text}`),
    );
  return { kernel, calls, rulesOf };
}

describe('createRuleState', () => {
  it('looks once, and then knows', async () => {
    const { kernel, calls } = kernelThat(() => false);
    const state = createRuleState(kernel);
    await state.write([wish('ipv4', '-j DROP')], 'known');
    calls.length = 0;
    expect((await state.write([wish('ipv4', '-j DROP')], 'known')).changed).toBe(false);
    await state.write([wish('ipv4', '-s 10.0.0.1/32 -j DROP', '-j DROP')], 'known');
    expect(calls).toEqual(['write ipv4']);
  });

  it('looks again before it touches chains of others', async () => {
    const { kernel, calls } = kernelThat(() => false);
    const state = createRuleState(kernel);
    await state.write([], 'known');
    calls.length = 0;
    await state.write([wish('ipv4', '-j DROP')], 'known');
    expect(calls).toEqual(['read ipv4', 'write ipv4']);
  });

  it('goes by a look that was begun ahead, and takes one of its own after a refusal', async () => {
    const { kernel, calls } = kernelThat((_, writes) => writes === 1);
    const state = createRuleState(kernel);
    const places = [{ family: 'ipv4', table: 'filter' }] as const;
    const ahead = state.lookAhead?.(places, 'known');
    expect(calls).toEqual(['read ipv4']);
    await state.write([wish('ipv4', '-j DROP')], 'known', { ahead });
    expect(calls).toEqual(['read ipv4', 'write ipv4', 'read ipv4', 'write ipv4']);
    expect(state.lookAhead?.(places, 'known')).toEqual(new Map());
    expect(state.lookAhead?.(places, 'fresh')?.size).toBe(1);
  });

  it('fails with what a look that was begun ahead fails with, unless nothing is wanted there', async () => {
    const missing = new MissingToolError('ip6tables-save', { operation: 'run', object: 'ip6tables-save' });
    const { kernel } = kernelThat(() => false);
    const state = createRuleState({ ...kernel, read: () => Promise.reject(missing) });
    const look = () => state.lookAhead?.([{ family: 'ipv6', table: 'filter' }], 'fresh');
    await expect(state.write([wish('ipv6', '-j DROP')], 'fresh', { ahead: look() })).rejects.toBe(missing);
    const nothing = { ...wish('ipv6'), isEmpty: true };
    expect((await state.write([nothing], 'fresh', { ahead: look() })).changed).toBe(false);
  });

  it('plans anew when the kernel refuses, and gives up on what it refuses twice', async () => {
    const once = kernelThat((_, writes) => writes === 1);
    expect((await createRuleState(once.kernel).write([wish('ipv4', '-j DROP')], 'fresh')).changed).toBe(true);
    expect(await once.rulesOf('ipv4')).toEqual(['own-in: -j DROP', 'INPUT: -j own-in']);

    const always = kernelThat(() => true);
    const failed = createRuleState(always.kernel).write([wish('ipv4', '-j DROP')], 'fresh');
    await expect(failed).rejects.toMatchObject({ code: 'PLATFORM', detail: 'line 2 failed' });
    expect(always.calls.filter((call) => call === 'write ipv4')).toHaveLength(2);
  });

  it('puts the first family back when the second refuses', async () => {
    const { kernel, rulesOf } = kernelThat((family) => family === 'ipv6');
    const state = createRuleState(kernel);
    await state.write([wish('ipv4', '-s 10.0.0.1/32 -j DROP')], 'known');
    const before = await rulesOf('ipv4');
    const failed = state.write([wish('ipv4', '-j RETURN', '-j DROP'), wish('ipv6', '-j DROP')], 'known');
    await expect(failed).rejects.toMatchObject({ code: 'PLATFORM' });
    expect(await rulesOf('ipv4')).toEqual(before);
  });

  it('says what is left when even that fails, and mends it the next time', async () => {
    // Writes: IPv4, IPv6 (refused), IPv4 back (refused).
    const { kernel, rulesOf } = kernelThat((_, writes) => writes === 2 || writes === 3);
    const state = createRuleState(kernel);
    const wishes = [wish('ipv4', '-j DROP'), wish('ipv6', '-j DROP')];
    await expect(state.write(wishes, 'known')).rejects.toMatchObject({
      code: 'PARTIAL',
      left: ['the ipv4 filter table has the new rules'],
    });
    await state.write(wishes, 'known');
    expect(await rulesOf('ipv4')).toEqual(await rulesOf('ipv6'));
  });
});
