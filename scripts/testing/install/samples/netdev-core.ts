import {
  type Cidr,
  type IntentGroup,
  isNetDevError,
  parseCidr,
  parseIntentGroup,
  resolve,
} from 'netdev-core';

const network: Cidr = parseCidr('10.0.0.1/24', 'network');
const group: IntentGroup = parseIntentGroup({
  key: 'network/br0',
  intents: [{ kind: 'source-nat', source: '10.0.0.0/24', to: 'masquerade' }],
});

resolve('firewall', 'nobody').catch((error: unknown) => {
  console.log(network, group.key, isNetDevError(error, 'PLUGIN_NOT_FOUND'));
});
