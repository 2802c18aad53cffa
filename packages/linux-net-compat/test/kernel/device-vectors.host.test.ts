import { changing, declareDeviceTests, usesVlans } from './device-tests.js';

declareDeviceTests(
  // VLANs are for a kernel that has them.
  changing.filter((vector) => !usesVlans(vector)),
  // Gateways that no network reaches, an address that is none.
  [
    'gw-wrong-only-routes',
    'gw-no-prefix-in-cidr',
    'ensure-bridge-moves-routes-only',
    'ensure-bridge-moves-routes-with-dev',
    'gw-wrong-only-routes-v6',
  ],
);
