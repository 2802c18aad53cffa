import { CONTRACT_VERSION, register } from 'netdev-core';
import { createPfFirewall } from './create-pf-firewall.js';

register('firewall', 'firewall-pf', { contract: CONTRACT_VERSION, create: createPfFirewall });

export { createPfFirewall } from './create-pf-firewall.js';
export type { PfFirewall, PfFirewallOptions, SetupOptions } from './options.js';
export {
  type RenderedAnchor,
  type RenderOptions,
  renderAnchors,
  renderPfConf,
  renderReferences,
} from './render-anchors.js';
export type { MissingLine, SetupReport, WrongSetting } from './setup/setup-report.js';
