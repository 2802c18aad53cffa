import { describe, expect, it } from 'vitest';
import { compare } from '../src/runner/comparison.js';
import { median } from '../src/runner/median.js';
import { orderOf, runInTurn } from '../src/runner/pairs.js';
import { renderTable } from '../src/runner/table.js';

describe('the median', () => {
  it('is the middle one, or between the two in the middle', () => {
    expect(median([7])).toBe(7);
    expect(median([9, 1, 10])).toBe(9);
    expect(median([4, 1, 10, 2])).toBe(3);
  });

  it('of nothing there is none', () => {
    expect(() => median([])).toThrow(RangeError);
  });
});

describe('the contenders of a round', () => {
  it('take turns in who begins', async () => {
    expect(orderOf(['a', 'b', 'c'], 0)).toEqual(['a', 'b', 'c']);
    expect(orderOf(['a', 'b', 'c'], 1)).toEqual(['c', 'b', 'a']);
    const ran: string[] = [];
    const results = await runInTurn(['a', 'b'], 3, async (name, round) => {
      ran.push(name);
      return `${name}${round}`;
    });
    expect(ran.join('')).toBe('abbaab');
    expect(results.get('b')).toEqual(['b0', 'b1', 'b2']);
  });
});

describe('a comparison', () => {
  it('is the median of the ratios of the pairs, not the ratio of the medians', () => {
    const names = { bench: 'devices', case: 'all', against: 'ip' };
    expect(compare(names, [1, 30, 10], [2, 40, 100])).toEqual({
      ...names,
      ratio: 0.5,
      pairs: 3,
      oursMs: 10,
      theirsMs: 40,
    });
  });
});

describe('the table', () => {
  it('has the names to the left and the numbers to the right', () => {
    const rows = [
      ['all', '1.0'],
      ['create', '12.5'],
    ];
    expect(renderTable(['case', 'ms'], rows)).toBe('case      ms\nall      1.0\ncreate  12.5');
  });
});
