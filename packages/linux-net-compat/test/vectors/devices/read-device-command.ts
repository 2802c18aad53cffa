import type { LinkChanges, LinkSpec } from 'netdev-core';
import { readAddress } from './address-text.js';
import type { DeviceStep, VirtualFunctionSettings } from './device-step.js';
import { readRoute } from './route-text.js';
import { Words } from './words.js';

const readers: Readonly<Record<string, (words: Words) => DeviceStep>> = {
  ip: readIp,
  brctl: readBrctl,
  tunctl: readTunctl,
  sysctl: readSysctl,
};

/** Whether a command is one that netlink stands in for. */
export function isDeviceCommand([tool = '']: readonly string[]): boolean {
  return Object.hasOwn(readers, tool);
}

/** What a command does to devices. @throws Error for one that nothing is known of */
export function readDeviceCommand(argv: readonly string[]): DeviceStep {
  const words = new Words(argv);
  const reader = readers[words.next('a command')];
  const step = reader === undefined ? words.refuse('it is none for devices') : reader(words);
  words.end();
  return step;
}

function readIp(words: Words): DeviceStep {
  if (words.takes('-f')) words.oneOf(['inet', 'inet6']);
  const object = words.oneOf(['link', 'addr', 'address', 'route', 'tuntap']);
  if (object === 'link') return readIpLink(words);
  if (object === 'route') {
    const verb = words.oneOf(['add', 'del', 'show']);
    if (verb === 'show') return { do: 'read', what: `routes ${readShown(words)}` };
    return { do: verb === 'add' ? 'add-route' : 'delete-route', route: readRoute(words) };
  }
  if (object === 'tuntap') {
    words.oneOf(['add']);
    const spec: LinkSpec = { kind: 'tap', name: words.next('a name') };
    words.oneOf(['mode']);
    words.oneOf(['tap']);
    if (words.takes('multi_queue')) spec.multiQueue = true;
    return { do: 'create-link', spec };
  }
  const verb = words.oneOf(['add', 'change', 'replace', 'del', 'show']);
  if (verb === 'show') return { do: 'read', what: `addresses ${readShown(words)}` };
  return { do: verb === 'del' ? 'delete-address' : 'add-address', address: readAddress(words) };
}

function readShown(words: Words): string {
  words.oneOf(['dev']);
  const link = words.next('a device');
  if (words.takes('scope')) words.oneOf(['global']);
  return link;
}

function readIpLink(words: Words): DeviceStep {
  const verb = words.oneOf(['add', 'set', 'delete', 'show']);
  if (verb === 'delete') return { do: 'delete-link', name: words.next('a device') };
  if (verb === 'show') return { do: 'read', what: `link ${words.next('a device')}` };
  if (verb === 'add') return { do: 'create-link', spec: readNewLink(words) };
  const name = words.next('a device');
  return words.takes('vf')
    ? {
        do: 'set-virtual-function',
        link: name,
        index: words.number('number'),
        settings: readVirtualFunction(words),
      }
    : { do: 'update-link', name, changes: readLinkChange(words) };
}

function readNewLink(words: Words): LinkSpec {
  const parent = words.takes('link') ? words.next('a device') : undefined;
  if (parent !== undefined) words.oneOf(['name']);
  const name = words.next('a name');
  words.oneOf(['type']);
  if (parent !== undefined) {
    words.oneOf(['vlan']);
    words.oneOf(['id']);
    return { kind: 'vlan', name, parent, vlanId: words.number('id') };
  }
  if (words.oneOf(['veth', 'bridge']) === 'bridge') return { kind: 'bridge', name };
  words.oneOf(['peer']);
  words.oneOf(['name']);
  return { kind: 'veth', name, peer: { name: words.next('a name') } };
}

function readLinkChange(words: Words): LinkChanges {
  const property = words.oneOf(['up', 'down', 'mtu', 'address', 'promisc', 'master', 'nomaster']);
  if (property === 'up' || property === 'down') return { up: property === 'up' };
  if (property === 'mtu') return { mtu: words.number('MTU') };
  if (property === 'address') return { mac: words.next('an address') };
  if (property === 'promisc') return { promiscuous: words.oneOf(['on', 'off']) === 'on' };
  return { master: property === 'master' ? words.next('a bridge') : null };
}

function readVirtualFunction(words: Words): VirtualFunctionSettings {
  const settings: VirtualFunctionSettings = {};
  while (words.left > 0) {
    const property = words.oneOf(['mac', 'vlan', 'trust']);
    if (property === 'mac') settings.mac = words.next('an address');
    else if (property === 'vlan') settings.vlan = words.number('VLAN');
    else settings.trusted = words.oneOf(['on', 'off']) === 'on';
  }
  return settings;
}

function readBrctl(words: Words): DeviceStep {
  const verb = words.oneOf(['addbr', 'delbr', 'addif', 'delif', 'setfd', 'stp']);
  const name = words.next('a bridge');
  if (verb === 'addbr') return { do: 'create-link', spec: { kind: 'bridge', name } };
  if (verb === 'delbr') return { do: 'delete-link', name };
  if (verb === 'addif' || verb === 'delif') {
    const changes = { master: verb === 'addif' ? name : null };
    return { do: 'update-link', name: words.next('a device'), changes };
  }
  if (verb === 'setfd')
    return { do: 'update-link', name, changes: { bridge: { forwardDelay: words.number('delay') } } };
  return { do: 'update-link', name, changes: { bridge: { stp: words.oneOf(['on', 'off']) === 'on' } } };
}

function readTunctl(words: Words): DeviceStep {
  words.oneOf(['-b']);
  words.oneOf(['-t']);
  return { do: 'create-link', spec: { kind: 'tap', name: words.next('a name') } };
}

function readSysctl(words: Words): DeviceStep {
  if (words.oneOf(['-n', '-w']) === '-n') {
    words.oneOf(['net.ipv4.ip_forward']);
    return { do: 'read', what: 'forwarding' };
  }
  const setting = words.oneOf(['net.ipv4.ip_forward=1', 'net.ipv4.ip_forward=0']);
  return { do: 'set-forwarding', enabled: setting.endsWith('=1') };
}
