import { expect, it } from 'vitest';
import * as pf from '../../packages/firewall-pf/src/index.js';
import { parseWish, renderWish } from '../render/pf-groups.mjs';

const group = (intent: object, key = 'floating/1'): object => ({ key, intents: [intent] });
const floating = { kind: 'floating-address', floating: '203.0.113.50', fixed: '10.0.0.11', interface: 'em0' };
const rendered = (given: unknown, byAnchor = false): string =>
  renderWish(pf, parseWish(typeof given === 'string' ? given : JSON.stringify(given)), { byAnchor });

it('takes one group, a list of them and an object with one, also behind a byte order mark', () => {
  const text = rendered([group(floating)]);
  expect(text).toContain('\nbinat on em0 inet from 10.0.0.11 to any -> 203.0.113.50\n');
  expect(rendered(group(floating))).toBe(text);
  expect(rendered(`\ufeff${JSON.stringify({ groups: [group(floating)], version: 14 })}`)).toBe(text);
  expect(rendered(group(floating), true)).toContain("# pfctl -a 'netdev/j00000.floating+1' -f -\n");
});

it.each([
  ['', 'this is no JSON: '],
  ['\u001b[2Jx', 'this is no JSON: '],
  ['null', 'neither a list of groups nor an object with one'],
  ['{"__proto__": {"groups": []}}', 'neither a list of groups nor an object with one'],
  ['{"groups": [], "version": "14\\npass"}', 'version is 13 or 14'],
  ['{"groups": [], "owner": "x\\npass"}', 'cannot accept owner: "x\\npass" is not an owner'],
  ['[null]', 'groups[0]: cannot accept group: null is not an intent group'],
  ['{"key": "a", "key": "b\\npass", "intents": []}', 'groups[0]: cannot accept key: "b\\npass" is not a key'],
  [
    '{"key": "a", "intents": [{"kind": "source-nat", "source": "10.0.0.0/24", "to": "1e400"}]}',
    'groups[0]: cannot accept',
  ],
])('refuses %j in one line that shows nothing as it is', (given, says) => {
  const message = (() => {
    try {
      return rendered(given);
    } catch (error) {
      return (error as Error).message;
    }
  })();
  expect(message.slice(0, says.length)).toBe(says);
  expect(message).not.toMatch(/[\p{Cc}]/u);
});

it('says which of many groups is refused', () => {
  const wish = [group(floating), group({ ...floating, interface: 'em0 }\npass' }, 'floating/2')];
  expect(() => rendered(wish)).toThrow(
    /^groups\[1\]: cannot accept intents\[0\]\.interface: "em0 \}\\npass" is not/,
  );
});
