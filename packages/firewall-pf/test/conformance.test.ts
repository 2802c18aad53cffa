import { describeFirewallManager } from 'netdev-conformance/firewall';
import { intentKinds } from 'netdev-core';
import { pfFirewall } from './pf-lab.js';

describeFirewallManager('pf of the simulated FreeBSD 14', pfFirewall(14), { capabilities: intentKinds });
describeFirewallManager('pf of the simulated FreeBSD 13', pfFirewall(13), {
  capabilities: intentKinds.filter((kind) => kind !== 'guest' && kind !== 'isolate-address'),
});
