import { access, constants, readFile } from 'node:fs/promises';
import { release } from 'node:os';
import type { NetDevCapability } from 'netdev-core';
import type { Kernel } from '../kernel.js';
import {
  AF,
  decodeLink,
  encodeLink,
  encodeMessage,
  encodeRule,
  errnoName,
  NLM_F,
  RTM,
} from '../netlink/index.js';

/** What every Linux kernel with network namespaces has. */
const ALWAYS: readonly NetDevCapability[] = [
  'namespaces',
  'watch',
  'announce',
  'announce-ipv6',
  'neighbours',
  'all-multicast',
  'metrics',
  'route-properties',
  'route-kinds',
  'routing-tables',
  'address-properties',
  'multipath',
  'sriov',
  'peer-addresses',
  'no-prefix-route',
  'forwarding-database',
  'atomic-batch',
];

/** The kinds of link that a kernel may be built without, and the module each is in. */
const MODULES = {
  bridge: 'bridge',
  veth: 'veth',
  vlan: '8021q',
  vxlan: 'vxlan',
  macvlan: 'macvlan',
  macvtap: 'macvtap',
  dummy: 'dummy',
  ifb: 'ifb',
} as const;

/** The name of a device that is asked about and never made. */
const PROBE = 'netdev-asks';

/** LOOPBACK_IFINDEX of net/flow.h. */
const LOOPBACK_INDEX = 1;

type OptionalKind = keyof typeof MODULES;

let found: Promise<ReadonlySet<NetDevCapability>> | undefined;

/**
 * What this kernel can do, found out once, without changing anything and without loading a module. It
 * is the same in all namespaces.
 */
export function findCapabilities(kernel: Kernel): Promise<ReadonlySet<NetDevCapability>> {
  found ??= readCapabilities(kernel).catch((error: unknown) => {
    found = undefined;
    throw error;
  });
  return found;
}

async function readCapabilities(kernel: Kernel): Promise<ReadonlySet<NetDevCapability>> {
  const installed = await installedModules();
  const kinds = Object.keys(MODULES) as OptionalKind[];
  const loadable = kinds.filter((kind) => installed.has(MODULES[kind]));
  const builtIn = await askFor(
    kernel,
    kinds.filter((kind) => !loadable.includes(kind)),
  );
  const bridge = loadable.includes('bridge') || builtIn.includes('bridge');
  const tun = await mayBeOpened('/dev/net/tun');
  return new Set<NetDevCapability>([
    ...ALWAYS,
    ...loadable,
    ...builtIn,
    ...(bridge ? (['spanning-tree', 'port-settings'] as const) : []),
    ...(bridge && (await hasVlanFiltering(kernel, loadable)) ? (['vlan-filtering'] as const) : []),
    ...((await hasAltNames(kernel)) ? (['alternative-names'] as const) : []),
    ...((await hasRules(kernel)) ? (['routing-rules'] as const) : []),
    ...(loadable.includes('vlan') || builtIn.includes('vlan') ? (['provider-vlans'] as const) : []),
    ...(tun ? (['tap', 'tun', 'tap-owner', 'multiqueue'] as const) : []),
  ]);
}

/**
 * Asks an absent bridge for a VLAN protocol that there is not. A kernel whose bridges know VLANs minds
 * that first (EPROTONOSUPPORT, br_validate), another that there is no such device. A bridge module that is
 * not loaded yet cannot be asked; those that are built as modules know them.
 */
async function hasVlanFiltering(kernel: Kernel, loadable: readonly OptionalKind[]): Promise<boolean> {
  if (loadable.includes('bridge') && !(await exists('/sys/module/bridge'))) return true;
  const request = encodeMessage(
    { type: RTM.NEWLINK, flags: NLM_F.REQUEST | NLM_F.ACK },
    encodeLink({ name: PROBE, info: { kind: 'bridge', bridge: { vlanProtocol: 0 } } }),
  );
  const [answer] = await kernel.exchange([request]);
  const refusal = errnoName(answer?.errno ?? 0);
  return refusal === 'EPERM' ? listsVlans(kernel) : refusal !== 'ENODEV';
}

/** Anybody may list the VLANs of bridges; a kernel whose bridges know none (or before 5.6) does not know the request. */
async function listsVlans(kernel: Kernel): Promise<boolean> {
  const request = encodeMessage(
    { type: RTM.GETVLAN, flags: NLM_F.REQUEST | NLM_F.DUMP },
    // struct br_vlan_msg of linux/if_bridge.h: the family, and zeros for all links.
    Uint8Array.of(AF.BRIDGE, 0, 0, 0, 0, 0, 0, 0),
  );
  const [answer] = await kernel.exchange([request]);
  return answer?.errno === 0;
}

/**
 * Asks to give an absent link no other name: a kernel that knows other names minds that there is no such link (ENODEV,
 * rtnl_linkprop). Who may not ask (EPERM) goes by the version, 5.5.
 */
async function hasAltNames(kernel: Kernel): Promise<boolean> {
  const request = encodeMessage(
    { type: RTM.NEWLINKPROP, flags: NLM_F.REQUEST | NLM_F.ACK },
    encodeLink({ name: PROBE, altNames: [] }),
  );
  const [answer] = await kernel.exchange([request]);
  const refusal = errnoName(answer?.errno ?? 0);
  if (refusal !== 'EPERM') return refusal === 'ENODEV';
  const [major = 0, minor = 0] = release().split('.').map(Number);
  return major > 5 || (major === 5 && minor >= 5);
}

/** A kernel that was built without several tables does not know the request. */
async function hasRules(kernel: Kernel): Promise<boolean> {
  const request = encodeMessage(
    { type: RTM.GETRULE, flags: NLM_F.REQUEST | NLM_F.DUMP },
    encodeRule({
      ...{ family: AF.INET, destinationLength: 0, sourceLength: 0, tos: 0, table: 0, action: 0, flags: 0 },
    }),
  );
  const [answer] = await kernel.exchange([request]);
  return answer?.errno === 0;
}

async function exists(path: string): Promise<boolean> {
  return isAccessible(path, constants.F_OK);
}

/** A device file that there is, but not for this user, makes nothing. */
async function mayBeOpened(path: string): Promise<boolean> {
  return isAccessible(path, constants.R_OK | constants.W_OK);
}

async function isAccessible(path: string, mode: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  );
}

/** The modules on disk or built in, as modprobe(8) knows them; a kernel without modules has no such files. */
async function installedModules(): Promise<Set<string>> {
  const folder = `/lib/modules/${release()}`;
  const lists = await Promise.all(
    ['modules.dep', 'modules.builtin'].map((file) => readFile(`${folder}/${file}`, 'utf8').catch(() => '')),
  );
  const names = lists.join('\n').matchAll(/^[^:\n]*?([^/:\n]+)\.ko/gm);
  return new Set([...names].map(([, name = '']) => name));
}

/**
 * Asks for links of these kinds with an address of one byte, which each of them refuses (EINVAL) before
 * it makes anything. The kernel says EOPNOTSUPP for a kind that it does not know, for which there is no
 * module to load either: those that have one were not asked about. Who may not make links (EPERM) asks otherwise.
 */
async function askFor(kernel: Kernel, kinds: readonly OptionalKind[]): Promise<OptionalKind[]> {
  const requests = kinds.map((kind) =>
    encodeMessage(
      { type: RTM.NEWLINK, flags: NLM_F.REQUEST | NLM_F.ACK | NLM_F.CREATE | NLM_F.EXCL },
      encodeLink({ name: PROBE, address: Uint8Array.of(0), info: { kind } }),
    ),
  );
  const answers = await kernel.exchange(requests);
  const refusals = answers.map(({ errno }) => errnoName(errno));
  if (refusals.includes('EPERM')) return listable(kernel, kinds);
  return kinds.filter((_, index) => refusals[index] !== 'EOPNOTSUPP');
}

/**
 * Asks for the links of each kind, as anybody may. The kernel leaves out what is of another kind, such as the
 * loopback device, which every namespace has; of a kind that it does not know it shows everything
 * (link_kind_filtered).
 */
async function listable(kernel: Kernel, kinds: readonly OptionalKind[]): Promise<OptionalKind[]> {
  const known: OptionalKind[] = [];
  // One by one: a socket has room for one dump at a time (EBUSY, __netlink_dump_start).
  for (const kind of kinds) {
    const request = encodeMessage(
      { type: RTM.GETLINK, flags: NLM_F.REQUEST | NLM_F.DUMP },
      encodeLink({ info: { kind } }),
    );
    const [answer] = await kernel.exchange([request]);
    const shown = answer?.messages.map(({ payload }) => decodeLink(payload).index) ?? [];
    if (answer?.errno === 0 && !shown.includes(LOOPBACK_INDEX)) known.push(kind);
  }
  return known;
}
