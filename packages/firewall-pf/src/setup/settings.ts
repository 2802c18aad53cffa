import type { Intent, IntentKind, OperationOptions } from 'netdev-core';
import type { Runner } from 'netdev-exec';
import type { WrongSetting } from './setup-report.js';

interface NeededSetting {
  name: string;
  wanted: string;
  because: string;
}

const member: NeededSetting = {
  name: 'net.link.bridge.pfil_member',
  wanted: '1',
  because: 'pf has to see what comes in and goes out by the ports of a bridge',
};

const bridge: NeededSetting = {
  name: 'net.link.bridge.pfil_bridge',
  wanted: '0',
  because: 'rules on the bridge are for what the host routes, not for what stays on the bridge',
};

const routedOnce: NeededSetting = {
  name: 'net.link.bridge.pfil_local_phys',
  wanted: '0',
  because: 'what the host routes is to be filtered once, on the bridge',
};

/** What intents need, by their kinds; of those not named, nothing. */
const needs: Partial<Record<IntentKind, readonly NeededSetting[]>> = {
  'dhcp-guard': [member],
  'isolate-address': [member],
  // What neighbours send each other would be refused as what leaves the bridge untagged.
  'forward-policy': [bridge],
  guest: [member, bridge, routedOnce],
};

/** The settings of the kernel that intents need. */
function settingsFor(intents: readonly Intent[]): readonly NeededSetting[] {
  return [...new Set(intents.flatMap(({ kind }) => needs[kind] ?? []))];
}

/** Compares the kernel's settings with what intents need: `sysctl -n NAME`. */
export async function wrongSettings(
  runner: Runner,
  intents: readonly Intent[],
  { signal }: OperationOptions = {},
): Promise<WrongSetting[]> {
  const wrong: WrongSetting[] = [];
  for (const { name, wanted, because } of settingsFor(intents)) {
    const { stdout } = await runner.run(['sysctl', '-n', name], {
      signal,
      privileged: false,
      env: { LC_ALL: 'C' },
    });
    const value = stdout.trim();
    if (value !== wanted) wrong.push({ name, value, wanted, because });
  }
  return wrong;
}
