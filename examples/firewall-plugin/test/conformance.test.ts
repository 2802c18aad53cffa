import { createNftablesFirewall } from 'firewall-nftables';
import { renderReport } from 'netdev-conformance';
import { describeFirewallManager } from 'netdev-conformance/firewall';
import { intentKinds } from 'netdev-core';
import { createLab, inside } from './lab.js';

interface Listing {
  nftables: readonly Readonly<Record<string, { table?: string; name?: string } | undefined>>[];
}

describeFirewallManager(
  'firewall-nftables',
  {
    setup: createLab,
    open: ({ router }, options) => createNftablesFirewall({ ...options, namespace: { name: router } }),
    teardown: (lab) => lab.remove(),
    probe: (lab) => lab.probe,
    async breakRules({ router }) {
      await inside(router, 'nft', 'flush', 'ruleset');
    },
    async foreignRules({ router }) {
      const listing = JSON.parse(await inside(router, 'nft', '-j', 'list', 'ruleset')) as Listing;
      return listing.nftables
        .flatMap((each) => Object.entries(each))
        .filter(([kind, about]) => kind !== 'metainfo' && (about?.table ?? about?.name) !== 'netdev-cf-one')
        .map((each) => JSON.stringify(each));
    },
  },
  { capabilities: intentKinds, onReport: (report) => console.log(renderReport(report)) },
);
