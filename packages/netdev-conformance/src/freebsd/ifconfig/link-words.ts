import { CommandFailure } from '../command-failure.js';
import { NotCoveredError } from '../not-covered.js';
import { bridgeOf, findInterface, tell } from '../vnet.js';
import { ownLinkLocal } from './address-words.js';
import { setBridgeMtu } from './membership.js';
import { operand, wholeNumber } from './operands.js';
import { moveHome, moveToJail } from './vnet-words.js';
import type { Word, Work } from './work.js';

const rename: Word = (work) => {
  const name = operand(work);
  const fail = (reason: string): never => {
    throw new CommandFailure(`ioctl SIOCSIFNAME (set name): ${reason}`);
  };
  if (name.length > 15) fail('File name too long');
  if (findInterface(work.vnet, name) !== undefined) fail('File exists');
  work.link.name = name;
  tell(work.vnet);
};

const mtu: Word = (work) => {
  const { link, vnet, kernel } = work;
  const value = wholeNumber(work, operand(work));
  if (link.bridge !== undefined) return setBridgeMtu(kernel, link, value);
  if (bridgeOf(vnet, link) !== undefined)
    throw new NotCoveredError(work.argv, 'the MTU of a member of a bridge in 13 and 14');
  const most = link.vlan?.parent?.mtu ?? 65535;
  if (value < 72 || value > most) throw new CommandFailure('ioctl SIOCSIFMTU (set mtu): Invalid argument');
  link.mtu = value;
};

const ether: Word = (work) => {
  const mac = operand(work);
  if (!/^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/i.test(mac))
    throw new NotCoveredError(work.argv, 'such a MAC address');
  if (work.link.mac === undefined) throw new NotCoveredError(work.argv, 'a MAC address for such a device');
  work.link.mac = mac.toLowerCase();
};

/** `vlan N` and `vlandev PARENT` want each other. */
const vlan =
  (first: 'vlan' | 'vlandev'): Word =>
  (work) => {
    const given: Record<string, string> = { [first]: operand(work) };
    const second = first === 'vlan' ? 'vlandev' : 'vlan';
    if (work.words.shift() !== second) throw new NotCoveredError(work.argv, `${first} without ${second}`);
    given[second] = operand(work);
    const parent = findInterface(work.vnet, given.vlandev ?? '');
    const tag = wholeNumber(work, given.vlan ?? '');
    if (work.link.vlan === undefined) throw new NotCoveredError(work.argv, 'a vlan on what is none');
    if (parent === undefined || parent.type === 'bridge' || parent.type === 'lo')
      throw new NotCoveredError(work.argv, 'what it says of such a parent');
    if (tag < 1 || tag > 4094) throw new NotCoveredError(work.argv, `the tag ${tag}`);
    Object.assign(work.link.vlan, { parent, tag });
    work.link.mac = parent.mac;
    work.link.mtu = parent.mtu;
  };

function groupWord(add: boolean): Word {
  return (work) => {
    const name = operand(work);
    if (/\d$/.test(name) || name.length > 15) throw new NotCoveredError(work.argv, `the group ${name}`);
    const { groups } = work.link;
    if (add === groups.includes(name))
      throw new NotCoveredError(work.argv, 'a group that it is in already, or not');
    work.link.groups = add ? [...groups, name] : groups.filter((group) => group !== name);
  };
}

const flag =
  (change: (work: Work) => void): Word =>
  (work) => {
    change(work);
    tell(work.vnet);
  };

/** The words of sbin/ifconfig for every interface that are covered. */
export const linkWords: readonly [string, Word][] = [
  ['name', rename],
  ['mtu', mtu],
  ['ether', ether],
  ['lladdr', ether],
  ['link', ether],
  ['vlan', vlan('vlan')],
  ['vlandev', vlan('vlandev')],
  [
    'vlanproto',
    (work) => {
      const proto = operand(work);
      if (work.link.vlan === undefined || !['802.1q', '802.1ad'].includes(proto))
        throw new NotCoveredError(work.argv, `vlanproto ${proto}`);
      work.link.vlan.proto = proto;
    },
  ],
  ['group', groupWord(true)],
  ['-group', groupWord(false)],
  ['vnet', moveToJail],
  ['-vnet', moveHome],
  [
    'up',
    flag(({ link }) => {
      link.up = true;
      ownLinkLocal(link);
    }),
  ],
  [
    'down',
    flag(({ link }) => {
      link.up = false;
    }),
  ],
  [
    'promisc',
    flag(({ link }) => {
      link.promiscuous = true;
    }),
  ],
  [
    '-promisc',
    flag(({ link }) => {
      link.promiscuous = false;
    }),
  ],
  [
    'descr',
    flag((work) => {
      work.link.description = operand(work);
    }),
  ],
  [
    '-descr',
    flag(({ link }) => {
      link.description = undefined;
    }),
  ],
];
