import { expect, it } from 'vitest';
import { ruleFromMessage, ruleToMessage } from '../src/driver/rule-codec.js';
import { decodeRule, encodeRule, NetlinkDecodeError, ROUTE_HEADER_SIZE } from '../src/netlink/index.js';

const spec = {
  family: 'ipv4',
  action: 'lookup',
  table: 70000,
  priority: 9,
  from: '192.0.2.0/24',
  to: '203.0.113.7/32',
  mark: 0,
  markMask: 0xff,
  inputLink: 'eth0',
  outputLink: 'eth1',
  inverted: true,
  protocol: 'dhcp',
} as const;

it('a rule is read as it was written, by the header of linux/fib_rules.h', () => {
  const bytes = encodeRule(ruleToMessage(spec as never));
  // Family, lengths, tos, a table that does not fit, two reserved, FR_ACT_TO_TBL, FIB_RULE_INVERT.
  expect([...bytes.subarray(0, ROUTE_HEADER_SIZE)]).toEqual([2, 32, 24, 0, 0, 0, 0, 1, 2, 0, 0, 0]);
  expect(ruleFromMessage(decodeRule(bytes))).toEqual(spec);
});

it('a rule that is cut off is refused wherever it is cut in its header or an attribute', () => {
  const bytes = encodeRule(ruleToMessage(spec as never));
  for (const length of [0, 3, ROUTE_HEADER_SIZE - 1, ROUTE_HEADER_SIZE + 5, bytes.length - 4])
    expect(() => decodeRule(bytes.subarray(0, length))).toThrow(NetlinkDecodeError);
});
