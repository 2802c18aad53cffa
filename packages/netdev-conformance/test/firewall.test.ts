import { type IntentKind, intentKinds } from 'netdev-core';
import { describeFirewallManager, type FirewallFactory } from '../src/firewall.js';
import { createMemoryLab, type MemoryLab } from './memory-lab.js';

const memory = (without: readonly IntentKind[] = []): FirewallFactory<MemoryLab> => ({
  setup: createMemoryLab,
  open: ({ host }, options) => host.firewall({ ...options, without }),
  teardown: ({ netdev }) => netdev.close(),
  probe: ({ probe }) => probe,
  breakRules: async ({ host }) => host.flushFirewall(),
  foreignRules: async ({ host }) => host.firewallRules().filter((rule) => !rule.startsWith('cf-one ')),
});

describeFirewallManager('the memory host', memory(), { capabilities: intentKinds });
describeFirewallManager('a memory host that lacks much', memory(['source-nat', 'dhcp-guard', 'redirect']));
