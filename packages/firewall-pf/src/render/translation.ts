import type {
  FloatingAddressIntent,
  NoNatIntent,
  PortForwardIntent,
  RedirectIntent,
  SourceNatIntent,
} from 'netdev-core';
import type { Tags } from '../names.js';
import { type FilterRule, filterRule } from './filter-rule.js';
import type { Part, SliceClass } from './slice.js';
import { addressOfDevice, familyOf, host, line, ON_ANY, on } from './words.js';

export function renderSourceNat({ source, destination, interface: device, to }: SourceNatIntent): Part {
  // Neighbours that the host routes between on one network keep their addresses.
  const elsewhere = host(source) === 'any' ? 'any' : `! ${host(source)}`;
  const target = to === 'masquerade' && device !== undefined ? addressOfDevice(device) : to;
  return {
    class: 'sourceNat',
    translation: [
      line(
        'nat',
        device === undefined ? ON_ANY : on(device),
        familyOf(source),
        `from ${host(source)} to ${destination === undefined ? elsewhere : host(destination)}`,
        `-> ${target}`,
      ),
    ],
    filter: [
      stateOfComing(device, {
        family: familyOf(source),
        from: destination === undefined ? elsewhere : host(destination),
        to: host(source),
      }),
    ],
  };
}

/**
 * pf translates whatever has no state, answers too. So connections that come from where a translation leads to get one
 * where they come in; who may come is not decided by it.
 */
function stateOfComing(
  device: string | undefined,
  match: Pick<FilterRule, 'family' | 'from' | 'to'>,
): string {
  return filterRule({ action: 'pass', direction: 'in', device, ...match });
}

/** Floating addresses are `binat` rules, which pf asks before `nat`. */
export function renderNoNat({ source, destination }: NoNatIntent): Part {
  const match = `${ON_ANY} ${familyOf(source)} from ${host(source)} to ${host(destination)}`;
  return { class: 'noNat', translation: [`no nat ${match}`, `no binat ${match}`] };
}

export function renderPortForward(
  { address, protocol, port, toAddress, toPort = port, hairpin }: PortForwardIntent,
  { translated }: Tags,
): Part[] {
  const family = familyOf(address);
  return [
    ...hairpinPart(
      'portHairpin',
      hairpin,
      (network) =>
        `nat ${ON_ANY} ${family} proto ${protocol} from ${network} to ${toAddress} port ${toPort} tagged ${translated} -> ${address}`,
    ),
    {
      class: 'ports',
      translation: [
        `rdr ${ON_ANY} ${family} proto ${protocol} from any to ${address} port ${port} tag ${translated} -> ${toAddress} port ${toPort}`,
      ],
      filter: [
        filterRule({
          action: 'pass',
          quick: true,
          family,
          protocol,
          to: toAddress,
          toPort,
          tagged: translated,
        }),
      ],
    },
  ];
}

function hairpinPart(
  name: SliceClass,
  network: string | undefined,
  rule: (source: string) => string,
): Part[] {
  return network === undefined ? [] : [{ class: name, translation: [rule(host(network))] }];
}

export function renderRedirect(
  { interface: device, source, protocol, address, port, toAddress, toPort }: RedirectIntent,
  { translated }: Tags,
): Part {
  const family = familyOf(address);
  return {
    class: 'ports',
    translation: [
      line(
        'rdr',
        device === undefined ? ON_ANY : on(device),
        `${family} proto ${protocol}`,
        `from ${host(source)} to ${address} port ${port}`,
        `tag ${translated} -> ${toAddress} port ${toPort}`,
      ),
    ],
    filter: [
      filterRule({
        action: 'pass',
        quick: true,
        family,
        protocol,
        from: host(source),
        to: toAddress,
        toPort,
        tagged: translated,
      }),
    ],
  };
}

export function renderFloating(
  { floating, fixed, interface: device, hairpin }: FloatingAddressIntent,
  { translated }: Tags,
): Part[] {
  const family = familyOf(floating);
  // By whatever device it leaves: but for neighbours, to whom a port of their bridge leads.
  const to =
    device === undefined && hairpin !== undefined && host(hairpin) !== 'any' ? `! ${host(hairpin)}` : 'any';
  return [
    ...hairpinPart(
      'floatingHairpin',
      hairpin,
      (network) => `nat ${ON_ANY} ${family} from ${network} to ${fixed} tagged ${translated} -> ${floating}`,
    ),
    {
      class: 'floating',
      translation: [
        `rdr ${ON_ANY} ${family} from any to ${floating} tag ${translated} -> ${fixed}`,
        line(
          'binat',
          device === undefined ? ON_ANY : on(device),
          family,
          `from ${fixed} to ${to} -> ${floating}`,
        ),
      ],
      filter: [
        stateOfComing(device, { family, from: to, to: fixed }),
        filterRule({ action: 'pass', quick: true, family, to: fixed, tagged: translated }),
      ],
    },
  ];
}
