import type { Intent, IntentKind } from 'netdev-core';
import type { Entry } from '../entry.js';
import { renderForwardPolicy } from './forward-policy.js';
import { renderDhcpGuard, renderIsolateAddress } from './frames.js';
import { renderGuest } from './guest.js';
import { renderAcceptInput } from './input.js';
import { renderSecurityGroup } from './security-group.js';
import {
  renderFloatingAddress,
  renderNoNat,
  renderPortForward,
  renderRedirect,
  renderSourceNat,
} from './translation.js';

type Renderer<Kind extends IntentKind> = (intent: Extract<Intent, { kind: Kind }>) => Entry[];

const renderers: { [Kind in IntentKind]: Renderer<Kind> } = {
  'accept-input': renderAcceptInput,
  'forward-policy': renderForwardPolicy,
  'source-nat': renderSourceNat,
  'no-nat': renderNoNat,
  'port-forward': renderPortForward,
  redirect: renderRedirect,
  'floating-address': renderFloatingAddress,
  'isolate-address': renderIsolateAddress,
  'dhcp-guard': renderDhcpGuard,
  guest: renderGuest,
  'security-group': renderSecurityGroup,
};

/** What one parsed intent asks of the kernel. */
export function renderIntent(intent: Intent): Entry[] {
  return (renderers[intent.kind] as Renderer<typeof intent.kind>)(intent as never);
}
