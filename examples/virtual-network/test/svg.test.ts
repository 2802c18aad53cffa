import { describe, expect, it } from 'vitest';
import type { Survey } from '../src/picture/survey.js';
import { renderSvg } from '../src/picture/svg.js';
import { renderText } from '../src/picture/text.js';

const survey: Survey = {
  outside: { addresses: ['198.51.100.80 (HTTP)'] },
  host: { uplink: 'uplink0', addresses: ['203.0.113.2/24'], ways: ['203.0.113.50 is web'] },
  networks: ['blue', 'green'].map((name, index) => ({
    name,
    bridge: `br-${name}`,
    addresses: [`10.10.${index + 1}.1/24`],
    domain: `${name}.example`,
    guests: [
      {
        name: `guest-of-${name}`,
        port: `port-${name}`,
        mac: '02:00:00:00:00:01',
        addresses: [`10.10.${index + 1}.11/24`],
        leaseEnds: new Date('2026-01-01T10:20:30Z'),
        floating: index === 0 ? '203.0.113.50' : undefined,
      },
    ],
  })),
  groups: [
    { key: 'network/blue', rules: 7, packets: 1234 },
    { key: 'floating/<&>', rules: 3, packets: 0 },
  ],
};

describe('the drawing', () => {
  const svg = renderSvg(survey);

  it('shows every part with its addresses', () => {
    const words = [
      'outside',
      '198.51.100.80',
      'uplink0',
      'br-blue',
      'br-green',
      'guest-of-blue',
      '10.10.2.11/24',
      '10 rules in 2 groups',
    ];
    for (const word of words) expect(svg).toContain(word);
  });

  it('has cards that do not cover each other', () => {
    const boxes = [
      ...svg.matchAll(/translate\((\S+) (\S+)\)">\s*<rect class="box" width="(\S+)" height="(\S+)"/g),
    ].map((found) => found.slice(1).map(Number)) as [number, number, number, number][];
    expect(boxes).toHaveLength(6);
    const overlaps = boxes.some(([x, y, width, height], index) =>
      boxes
        .slice(index + 1)
        .some(
          ([x2, y2, width2, height2]) =>
            x < x2 + width2 && x2 < x + width && y < y2 + height2 && y2 < y + height,
        ),
    );
    expect(overlaps).toBe(false);
  });
});

describe('the text', () => {
  it('shows the tree, the leases and the groups', () => {
    const text = renderText(survey);
    expect(text).toContain('├─ blue, br-blue  10.10.1.1/24');
    expect(text).toContain('│  └─ guest-of-blue, port-blue  10.10.1.11/24  floating 203.0.113.50');
    expect(text).toMatch(/guest-of-green.*green.*02:00:00:00:00:01.*10\.10\.2\.11\/24.*10:20:30/);
    expect(text).toMatch(/network\/blue.*7.*1234/);
  });
});
