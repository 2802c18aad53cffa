import { describe, expect, it } from 'vitest';
import { createIntentGroups, type IntentGroup, InvalidArgumentError } from '../src/index.js';

const guestGroup = (key: string, port: string): IntentGroup => ({
  key,
  intents: [
    { kind: 'guest', port, bridge: 'br0', mac: '02:00:00:00:00:07', addresses: [], securityGroups: [] },
  ],
});
const natGroup = (key: string, source = '10.0.0.0/24'): IntentGroup => ({
  key,
  intents: [{ kind: 'source-nat', source, to: 'masquerade' }],
});
const asItIs = (parsed: IntentGroup): IntentGroup => parsed;

describe('createIntentGroups', () => {
  it('keeps what the backend makes of a group, tells what was in its place, and nothing of one that is there already', () => {
    const groups = createIntentGroups<IntentGroup & { place: number }>();
    let next = 1;
    const put = (group: IntentGroup) =>
      groups.put(group, (parsed, before) => ({ ...parsed, place: before?.place ?? next++ }));
    expect(put(natGroup('b'))).toEqual({ group: { ...natGroup('b'), place: 1 }, before: undefined });
    expect(put(natGroup('a'))?.group.place).toBe(2);
    expect(put(natGroup('b'))).toBeUndefined();
    expect(put(natGroup('b', '10.0.1.0/24'))).toEqual({
      group: { ...natGroup('b', '10.0.1.0/24'), place: 1 },
      before: { ...natGroup('b'), place: 1 },
    });
    expect([...groups.byKey.keys()]).toEqual(['b', 'a']);
    expect(groups.sorted().map(({ place }) => place)).toEqual([2, 1]);
    expect(groups.list()).toEqual([natGroup('a'), natGroup('b', '10.0.1.0/24')]);
  });

  it('gives copies: what is done to them is done to nobody else', () => {
    const groups = createIntentGroups();
    groups.put(natGroup('a'), asItIs);
    Object.assign(groups.list()[0]?.intents[0] ?? {}, { source: 'changed' });
    expect(groups.list()).toEqual([natGroup('a')]);
  });

  it('refuses a port of another guest, and asks the backend only when all else is right', () => {
    const groups = createIntentGroups();
    groups.put(guestGroup('a', 'tap1'), asItIs);
    expect(() =>
      groups.put(guestGroup('b', 'tap1'), () => {
        throw new Error('asked');
      }),
    ).toThrow(expect.objectContaining({ field: 'intents[0].port' }));
    groups.delete('a');
    expect(groups.put(guestGroup('b', 'tap1'), asItIs)).toBeDefined();
  });

  it('is as it was when the backend refuses', () => {
    const groups = createIntentGroups();
    const refuse = (): IntentGroup => {
      throw new Error('not here');
    };
    groups.put(guestGroup('a', 'tap1'), asItIs);
    expect(() => groups.put(guestGroup('a', 'tap2'), refuse)).toThrow('not here');
    expect(() => groups.put(guestGroup('b', 'tap3'), refuse)).toThrow('not here');
    expect(groups.list()).toEqual([guestGroup('a', 'tap1')]);
    expect(() => groups.put(guestGroup('c', 'tap1'), asItIs)).toThrow(InvalidArgumentError);
    expect(groups.put(guestGroup('d', 'tap2'), asItIs)).toBeDefined();
    expect(groups.put(guestGroup('e', 'tap3'), asItIs)).toBeDefined();
  });

  it('says whether there was a group to delete, and what is no key', () => {
    const groups = createIntentGroups();
    groups.put(natGroup('a'), asItIs);
    expect([groups.delete('a'), groups.delete('a')]).toEqual([natGroup('a'), undefined]);
    expect(() => groups.delete('a\nb')).toThrow(InvalidArgumentError);
  });

  it('forgets groups and the ports of their guests', () => {
    const groups = createIntentGroups();
    groups.put(guestGroup('a', 'tap1'), asItIs);
    groups.clear();
    expect(groups.byKey.size).toBe(0);
    expect(groups.put(guestGroup('b', 'tap1'), asItIs)).toBeDefined();
  });
});
