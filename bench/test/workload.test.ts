import { expect, it } from 'vitest';
import { layer3Workload } from '../src/devices/layer3.js';
import { devicesWorkload, ipCommands } from '../src/devices/workload.js';

const lines = (kind: 'veth' | 'tap') => {
  const workload = devicesWorkload(kind, 1);
  return [workload.make, workload.delete].map((part) => ipCommands(part).map((words) => words.join(' ')));
};

it('is the same for iproute2, one command an operation', () => {
  expect(lines('veth')).toEqual([
    [
      'link add name bench0 type bridge',
      'link add name end0 type veth peer name far0',
      'link set dev end0 up',
      'link set dev end0 mtu 1400',
      'link set dev end0 master bench0',
    ],
    ['link delete dev end0', 'link delete dev bench0'],
  ]);
  expect(lines('tap')[0]).toContain('tuntap add dev end0 mode tap');
});

it('gives a bridge addresses and routes by the same commands', () => {
  const { addresses, routes } = layer3Workload(258);
  const words = [addresses, routes].map((part) => ipCommands(part).at(-1)?.join(' '));
  expect(words[0]).toMatch(/^address (add|replace) 10\.1\.1\.1\/32 .*dev bench0/);
  expect(words[1]).toMatch(/^route (add|replace) 10\.2\.1\.1\/32 .*dev bench0/);
});
