import { createLinuxNetDev, toShellCommands } from 'netdev-linux';
import { expect, it } from 'vitest';
import { sh, shownLink, testNamespace } from './host.js';

const [namespace, byHand] = [testNamespace('bridge-settings'), testNamespace('bridge-settings-hand')];
const settings = { priority: 4096, helloTime: 1, maxAge: 6, groupForwardMask: 0x4000 };
const shown = (where: string): unknown => {
  const { priority, hello_time, max_age, group_fwd_mask } = shownLink(where, 'br0').linkinfo.info_data;
  return { priority, hello_time, max_age, group_fwd_mask };
};

it('the spanning tree and the group addresses of a bridge are those to iproute2, and those it sets are shown', async () => {
  await using driver = await createLinuxNetDev({
    namespace: { name: namespace },
    onOperation: (operation) => {
      for (const words of toShellCommands(operation, { name: byHand })) sh(...words);
    },
  });
  await driver.createLink({ kind: 'bridge', name: 'br0', ...settings });
  const hundredths = { priority: 4096, hello_time: 100, max_age: 600, group_fwd_mask: '0x4000' };
  expect(shown(namespace)).toEqual(hundredths);
  expect(shown(byHand)).toEqual(hundredths);
  expect((await driver.ensureLink({ kind: 'bridge', name: 'br0', ...settings })).changed).toBe(false);

  const words = 'link set dev br0 type bridge priority 7 hello_time 200 max_age 1200 group_fwd_mask 0x8';
  sh('ip', '-n', namespace, ...words.split(' '));
  const made = { priority: 7, helloTime: 2, maxAge: 12, groupForwardMask: 8 };
  expect((await driver.getLink('br0')).bridge).toMatchObject(made);

  await driver.updateLink('br0', { bridge: { priority: 0, maxAge: 40 } });
  expect(shown(namespace)).toMatchObject({ priority: 0, hello_time: 200, max_age: 4000 });
  await expect(
    driver.batch([
      { do: 'update-link', name: 'br0', changes: { bridge: { groupForwardMask: 0, helloTime: 10 } } },
      { do: 'delete-address', link: 'none', cidr: '192.0.2.1/24' },
    ]),
  ).rejects.toMatchObject({ code: 'DEVICE_NOT_FOUND' });
  expect(shown(namespace)).toMatchObject({ hello_time: 200, group_fwd_mask: '0x8' });
});
