import { type LinkChanges, type LinkSpec, linkSettings } from 'netdev-core';
import type { LinuxNetContext } from '../context.js';

/**
 * Makes a device with its settings, or none when one of them is refused. With the faults kept the
 * settings come one after the other, and a device of which one was refused stays as it is then.
 *
 * @throws InvalidArgumentError, NetDevError
 */
export async function makeLink(
  { faults, netdev }: Pick<LinuxNetContext, 'faults' | 'netdev'>,
  spec: LinkSpec,
): Promise<void> {
  const driver = await netdev();
  if (faults === 'mend') {
    await driver.ensureLink(spec);
    return;
  }
  await driver.ensureLink(bareSpec(spec));
  for (const changes of settingsInOrder(spec)) await driver.updateLink(spec.name, changes);
}

/** What makes the device and sets nothing. */
function bareSpec(spec: LinkSpec): LinkSpec {
  if (spec.kind === 'bridge') return { kind: 'bridge', name: spec.name };
  const { up: _, mac: __, ...bare } = spec;
  return bare;
}

/** One setting each, in the original's order. */
function settingsInOrder(spec: LinkSpec): LinkChanges[] {
  const { bridge = {}, mac, up } = linkSettings(spec);
  const { forwardDelay, stp } = bridge;
  return [
    ...(forwardDelay === undefined ? [] : [{ bridge: { forwardDelay } }]),
    ...(stp === undefined ? [] : [{ bridge: { stp } }]),
    ...(mac === undefined ? [] : [{ mac }]),
    ...(up === undefined ? [] : [{ up }]),
  ];
}
