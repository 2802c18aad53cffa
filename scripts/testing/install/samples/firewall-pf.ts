import { type RenderedAnchor, renderAnchors } from 'firewall-pf';

const anchors: RenderedAnchor[] = renderAnchors([
  {
    key: 'network/bridge0',
    intents: [{ kind: 'source-nat', source: '10.0.0.0/24', interface: 'em0', to: 'masquerade' }],
  },
]);
console.log(anchors.map(({ text }) => /^nat on em0 .*$/m.test(text)).join());
