import { type Intent, type IpFamily, ipFamily } from 'netdev-core';

/** What the intents of a firewall need of the host. */
export interface Needs {
  /** Packets that the host passes on. */
  forwarding: ReadonlySet<IpFamily>;
  /** Packets that it passes on only because a translation of ours led them here, with no policy that lets them through. */
  translated: ReadonlySet<IpFamily>;
  /** Packets for the host itself. */
  input: ReadonlySet<IpFamily>;
  /** Packets between the guests of one bridge, which are to be filtered. */
  bridged: ReadonlySet<IpFamily>;
  /** Devices that translated packets come in by. */
  devices: ReadonlySet<string>;
  /** Translations to an address of the host's loopback. */
  loopback: readonly { address: string; interface: string | undefined }[];
}

const both: readonly IpFamily[] = ['ipv4', 'ipv6'];

export function needsOf(intents: readonly Intent[]): Needs {
  const forwarding = new Set<IpFamily>();
  const translated = new Set<IpFamily>();
  const input = new Set<IpFamily>();
  const bridged = new Set<IpFamily>();
  const devices = new Set<string>();
  const loopback: { address: string; interface: string | undefined }[] = [];
  let isPoliced = false;
  for (const intent of intents) {
    switch (intent.kind) {
      case 'forward-policy':
        isPoliced = true;
        if (intent.policy === 'closed') for (const family of both) bridged.add(family);
        else for (const family of both) forwarding.add(family);
        break;
      case 'guest':
        for (const family of both) bridged.add(family);
        break;
      case 'source-nat':
        forwarding.add(ipFamily(intent.source));
        break;
      case 'floating-address':
        translated.add(ipFamily(intent.floating));
        if (intent.interface !== undefined) devices.add(intent.interface);
        break;
      case 'port-forward':
        translated.add(ipFamily(intent.address));
        break;
      case 'redirect':
        input.add(ipFamily(intent.address));
        if (/^127\./.test(intent.toAddress)) {
          loopback.push({ address: intent.toAddress, interface: intent.interface });
        }
        break;
      case 'accept-input':
        for (const family of familiesOf(intent.source ?? intent.destination)) input.add(family);
        break;
    }
  }
  for (const family of translated) forwarding.add(family);
  return { forwarding, translated: isPoliced ? new Set() : translated, input, bridged, devices, loopback };
}

function familiesOf(address: string | undefined): readonly IpFamily[] {
  return address === undefined ? both : [ipFamily(address)];
}
