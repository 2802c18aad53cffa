/**
 * What somebody installs, and what becomes of it. `brings`: all packages that are in node_modules afterwards; `native`:
 * those of them that have code for one kind of machine; `without`: optional peers that stay away, and with them their types;
 * `says`: what the sample prints, from ESM and CJS.
 * @typedef {{
 *   name: string,
 *   asks: readonly string[],
 *   brings: readonly string[],
 *   native?: readonly string[],
 *   without?: readonly string[],
 *   says: string,
 * }} InstallSet
 */

const core = ['ipaddr.js', 'netdev-core'];
const exec = [
  ...core,
  'netdev-exec',
  // Of execa.
  ...[
    '@sec-ant/readable-stream',
    '@sindresorhus/merge-streams',
    'cross-spawn',
    'execa',
    'figures',
    'get-stream',
  ],
  ...[
    'human-signals',
    'is-plain-obj',
    'is-stream',
    'is-unicode-supported',
    'isexe',
    'npm-run-path',
    'parse-ms',
  ],
  ...['path-key', 'pretty-ms', 'shebang-command', 'shebang-regex', 'strip-final-newline', 'unicorn-magic'],
  ...['which', 'yoctocolors'],
  // Of proper-lockfile.
  ...['graceful-fs', 'proper-lockfile', 'retry', 'signal-exit'],
];

/** koffi brings the code of each kind of machine as a package, and npm takes the one that fits. */
const koffi = `@koromix/koffi-${process.platform}-${process.arch}`;

/** @type {readonly InstallSet[]} */
export const installSets = [
  { name: 'netdev-core', asks: ['netdev-core'], brings: core, says: '10.0.0.1/24 network/br0 true' },
  { name: 'netdev-exec', asks: ['netdev-exec'], brings: exec, says: "0 42 ip link add 'a b'" },
  {
    name: 'netdev-linux',
    asks: ['netdev-linux'],
    brings: [...exec, 'netdev-linux', 'koffi', koffi],
    native: [koffi],
    says: '1 ip link delete dev tap0',
  },
  {
    name: 'netdev-freebsd',
    asks: ['netdev-freebsd'],
    brings: [...exec, 'netdev-freebsd'],
    says: 'netdev-freebsd true false',
  },
  {
    name: 'firewall-iptables',
    asks: ['firewall-iptables'],
    brings: [...exec, 'firewall-iptables'],
    says: '10.0.0.11',
  },
  { name: 'firewall-pf', asks: ['firewall-pf'], brings: [...exec, 'firewall-pf'], says: 'true' },
  {
    name: 'dhcp-dnsmasq',
    asks: ['dhcp-dnsmasq'],
    brings: [...exec, 'dhcp-dnsmasq'],
    says: '0 10.0.0.10 web',
  },
  {
    name: 'linux-net-compat',
    asks: ['linux-net-compat'],
    brings: [...exec, 'dhcp-dnsmasq', 'linux-net-compat'],
    without: ['firewall-iptables', 'netdev-linux'],
    says: 'nova-network 86400 true UNSUPPORTED',
  },
  {
    name: 'netdev-conformance',
    asks: ['netdev-conformance'],
    brings: [...core, 'netdev-conformance'],
    says: 'bridge lo0',
  },
  {
    name: 'freebsd-host',
    asks: ['netdev-core', 'netdev-freebsd', 'firewall-pf', 'dhcp-dnsmasq', 'linux-net-compat'],
    brings: [...exec, 'netdev-freebsd', 'firewall-pf', 'dhcp-dnsmasq', 'linux-net-compat'],
    without: ['firewall-iptables', 'netdev-linux'],
    says: 'netdev-freebsd,firewall-pf,dhcp-dnsmasq PLATFORM 86400 true',
  },
];
