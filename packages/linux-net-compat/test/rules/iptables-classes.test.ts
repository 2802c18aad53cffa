import { createDryRunRunner, createRecordingRunner } from 'netdev-exec';
import { expect, it } from 'vitest';
import { createLinuxNet } from '../../src/create-linux-net.js';

const instance = () => {
  const runner = createRecordingRunner(createDryRunRunner({ onCommand: () => {} }));
  return createLinuxNet({ binaryName: 'nova', runner }).linux_net;
};

it('a second manager has rules of its own', async () => {
  const { iptables_manager, IptablesManager } = instance();
  const other = new IptablesManager();
  other.ipv4.filter.add_chain('inst-1');
  expect(other.ipv4.filter.has_chain('inst-1')).toBe(true);
  expect(iptables_manager.ipv4.filter.has_chain('inst-1')).toBe(false);
  await other.apply();
  expect([other.dirty(), iptables_manager.dirty()]).toEqual([false, true]);
});

it('a table by itself wraps chains with the binary name', () => {
  const { IptablesTable } = instance();
  const table = new IptablesTable();
  expect(() => table.add_rule('own', '-j DROP')).toThrow(expect.objectContaining({ field: 'chain' }));
  table.add_chain('own');
  table.add_rule('own', '-j DROP');
  expect(table.remove_rules_regex('\\[0:0\\] -A nova-own ')).toBe(1);
});
