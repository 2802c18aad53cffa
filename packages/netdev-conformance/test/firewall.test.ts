import { intentKinds } from 'netdev-core';
import { describeFirewallManager } from '../src/firewall.js';
import { memoryFirewall } from './memory-lab.js';

describeFirewallManager('the memory host', memoryFirewall(), { capabilities: intentKinds });
describeFirewallManager(
  'a memory host that lacks much',
  memoryFirewall(['source-nat', 'dhcp-guard', 'redirect', 'security-group']),
);
