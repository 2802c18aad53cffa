export type { FaultMode } from 'firewall-iptables';

/** One fault of the original. */
export interface Fault {
  /** What happens when it is kept. */
  what: string;
  /** Whom it hurts. */
  hurts: string;
  /** Kept in either mode, because callers rely on it. */
  always?: boolean;
}

/** The faults of the original. They are mended unless the instance is made with `faults: 'keep'`, but for those that callers rely on. */
export const faults = {
  'removals-survive': {
    what: 'The list of leftover removals is emptied while it is iterated, so every second entry lives on into a later apply.',
    hurts: 'Whoever adds an equal rule later: a later apply takes it out again.',
  },
  'jumps-by-substring': {
    what: 'Removing a chain drops the jumps to every chain whose name starts with its name.',
    hurts: 'The guest behind `inst-10` when `inst-1` goes: its filters are no longer reached.',
  },
  'unescaped-floating-pattern': {
    what: 'The pattern that replaces the rules of a floating address leaves the dots of the address unescaped.',
    hurts: 'Whoever has a rule with a word that differs from the address only where that has dots.',
  },
  'lines-by-substring': {
    what: 'Any line of the current tables that contains the binary name is dropped, comments and longer names included.',
    hurts: 'Other programs, whose rules vanish because a comment or a chain of theirs contains the name.',
  },
  'top-rules-swallow': {
    what: 'A top rule takes the place of every foreign rule that contains its text.',
    hurts: 'Other programs, whose longer rules vanish.',
  },
  'doubled-rules-dropped': {
    what: 'Of equal rules of others in one chain only the last one stays.',
    hurts: 'Other programs, which count the rules that they made, or delete them one by one.',
  },
  'unwrapped-rules-stay': {
    what: 'Emptying an unwrapped chain, or removing its rules by a pattern, leaves them in the kernel.',
    hurts: 'The operator: what was removed goes on letting packets through or dropping them.',
  },
  'removed-chain-vanishes': {
    what: 'An unwrapped chain that is removed and made again before an apply is taken out of the kernel.',
    hurts: 'The caller: the next apply fails, because the rules name a chain that is not there.',
  },
  'removal-unexpanded': {
    what: 'A rule that was added with `$chain` is not found when it is removed in the same words.',
    hurts: 'The caller: the rule stays, without a word.',
  },
  'first-line-raises': {
    what: 'A dump that begins with a table, without a comment before it, raises.',
    hurts: 'The operator of a host whose iptables-save prints no comments: no rule is ever written.',
  },
  'clean-after-failure': {
    what: 'Tables count as clean after a restore that failed, so nothing is tried again.',
    hurts: 'The operator: the host stays without the rules although later calls succeed.',
  },
  'ebtables-last-sleep': {
    what: 'An ebtables retry sleeps once more after its last attempt.',
    hurts: 'Whoever waits for the call that has failed already.',
  },
  'dns-servers-grow': {
    what: '`restart_dhcp` adds the name servers of a network to the `dns_server` option itself, at every call.',
    hurts: 'Guests of other networks, who get their names from servers that are not theirs.',
  },
  'damaged-ra-pid-raises': {
    what: 'A damaged pid file of radvd raises; one of dnsmasq does not.',
    hurts: 'The operator: no router advertisements until somebody deletes the file.',
  },
  'radvd-overlaps': {
    what: '`update_ra` starts the next radvd while the one that it ended still holds the pid file, upon which the next gives up.',
    hurts: 'Guests of the device: now and then nobody advertises their router any more.',
  },
  'routes-by-destination': {
    what: '`initialize_gateway_device` deletes a route by its destination only and, like `ensure_bridge`, adds it again without its device; routes without a gateway are not added again, nor are labels and lifetimes of addresses. A step that fails leaves the device without the rest.',
    hurts:
      'The operator of a host with two ways to one gateway, or whose only route was on the device: the host is cut off.',
  },
  'half-made-devices': {
    what: 'A bridge, a VLAN device, a tap or a pair of which a setting is refused stays, half set up.',
    hurts: 'Whoever tries again: what is there is taken for done, and is never brought up.',
  },
  'refused-settings': {
    what: 'An MTU that the kernel refuses, such as one of a VLAN that is larger than that of its parent, counts as set; so does what a network card refuses of a virtual function.',
    hurts: 'Guests whose large packets get lost on the way, or who are in a VLAN that is not theirs.',
  },
  'port-of-another-bridge': {
    what: '`ensure_bridge` takes an interface that is a port of another bridge for plugged, and moves its addresses to the bridge all the same.',
    hurts: 'Guests on the bridge, who reach nobody, and the operator, who is told that all is well.',
  },
  'bridge-mac-changes': {
    what: 'A bridge has the lowest MAC address of its ports, so that it changes with guests that come and go (mended in later revisions: that of its first interface is kept).',
    hurts:
      'The host and whoever talks to it: connections stall until the neighbours have learned the new address.',
  },
  'group-members-by-ipv4': {
    what: 'The instance filters let the guests of a group in by their IPv4 addresses only.',
    hurts: 'Guests of the group who come by IPv6.',
  },
  'icmpv6-types-ignored': {
    what: 'The instance filters take a rule for one type of ICMPv6 as one for all of it, in security groups and in what the provider drops.',
    hurts:
      'Guests who are sent what nobody allowed, or, once the provider drops one type, find no neighbour any more.',
  },
  'prepared-again-appends': {
    what: 'The instance filters add the rules of a guest that is prepared again behind those of before, where its chain has dropped everything already; jumps for addresses that it had before stay.',
    hurts: 'Whoever relies on what changed: it counts from the next refresh on.',
  },
  'gateway-missing-raises': {
    what: 'The instance filters raise for a guest with an IPv6 network that has no router.',
    hurts: 'The owner of the guest, which cannot be started.',
  },
  'others-apply': {
    what: 'The Open vSwitch and Neutron drivers change rules in memory and leave the apply to somebody else.',
    hurts:
      'Whoever plugs a network and applies nothing after: its packets are forwarded or dropped as before.',
    always: true,
  },
  'fake-network-bypass': {
    what: '`fake_network` does not stop the callers that bypass the wrapper.',
    hurts: 'Whoever tests on a real host and trusts the option.',
  },
} as const satisfies Record<string, Fault>;
