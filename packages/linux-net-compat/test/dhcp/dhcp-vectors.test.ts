import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { type DhcpVector, playDhcp } from './play-dhcp.js';

const text = await readFile(new URL('../data/public-dhcp.json', import.meta.url), 'utf8');
const vectors = JSON.parse(text) as DhcpVector[];

describe('the DHCP side against what the original did', () => {
  it.each(vectors)('$name', async (vector) => {
    const { actual, expected } = await playDhcp(vector);
    expect(actual).toEqual(expected);
  });
});
