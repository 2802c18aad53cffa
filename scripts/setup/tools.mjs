/**
 * The programs that netdev, its demo and its tests start, and the Debian 12 package that has each. This is the only
 * place that knows. `demo` is what examples/virtual-network needs, `docs` what `npm run docs` needs, `test` what `npm test` needs.
 * @typedef {'demo' | 'docs' | 'test'} Purpose
 * @typedef {{ tool: string, package: string, neededBy: readonly Purpose[], use: string }} Tool
 * @type {readonly Tool[]}
 */
export const tools = [
  { tool: 'unshare', package: 'util-linux', neededBy: ['demo', 'test'], use: 'makes the private namespaces' },
  {
    tool: 'nsenter',
    package: 'util-linux',
    neededBy: ['demo', 'test'],
    use: 'runs a program in a namespace',
  },
  { tool: 'mount', package: 'mount', neededBy: ['demo', 'test'], use: 'private /run and /sys' },
  { tool: 'ip', package: 'iproute2', neededBy: ['demo', 'test'], use: 'named namespaces, dumps to compare' },
  { tool: 'bridge', package: 'iproute2', neededBy: ['test'], use: 'second opinion on bridge ports' },
  { tool: 'iptables-nft', package: 'iptables', neededBy: ['demo', 'test'], use: 'firewall, NAT' },
  { tool: 'iptables-legacy', package: 'iptables', neededBy: ['demo', 'test'], use: 'firewall, NAT' },
  // Debian's iptables package brings ebtables-nft and its `ebtables` alternative; the package named ebtables is the
  // legacy variant only.
  { tool: 'ebtables', package: 'iptables', neededBy: ['demo', 'test'], use: 'layer-2 filters' },
  {
    tool: 'conntrack',
    package: 'conntrack',
    neededBy: ['demo', 'test'],
    use: 'ends flows of a removed address',
  },
  { tool: 'ipset', package: 'ipset', neededBy: ['test'], use: "the addresses of security groups' guests" },
  // dnsmasq-base is the program alone; the package named dnsmasq would start a service.
  { tool: 'dnsmasq', package: 'dnsmasq-base', neededBy: ['demo', 'test'], use: 'DHCP and DNS' },
  { tool: 'dhcp_release', package: 'dnsmasq-utils', neededBy: ['demo', 'test'], use: 'releases a lease' },
  { tool: 'busybox', package: 'busybox', neededBy: ['demo', 'test'], use: 'its udhcpc is the DHCP client' },
  // The program alone: nothing of it is started before somebody's /etc/network/interfaces asks for it.
  {
    tool: 'dhclient',
    package: 'isc-dhcp-client',
    neededBy: ['test'],
    use: 'another DHCP client, and for IPv6',
  },
  // Its service does not start without a configuration of its own, /etc/radvd.conf.
  { tool: 'radvd', package: 'radvd', neededBy: ['test'], use: 'router advertisements' },
  { tool: 'sysctl', package: 'procps', neededBy: ['test'], use: 'second opinion on forwarding' },
  { tool: 'arping', package: 'iputils-arping', neededBy: ['test'], use: 'second opinion on neighbours' },
  { tool: 'tcpdump', package: 'tcpdump', neededBy: ['test'], use: 'sees what is on the wire' },
  {
    tool: 'qemu-system-x86_64',
    package: 'qemu-system-x86',
    neededBy: ['test'],
    use: "the virtual machine, for what this machine's kernel may lack",
  },
  // The compiler that the kernel was built with: it builds the module of it that Debian leaves out.
  {
    tool: 'gcc-12',
    package: 'gcc-12',
    neededBy: ['test'],
    use: "the virtual machine's simulated network card",
  },
  { tool: 'make', package: 'make', neededBy: ['test'], use: "the virtual machine's simulated network card" },
  { tool: 'xz', package: 'xz-utils', neededBy: ['test'], use: "the source of the virtual machine's kernel" },
  { tool: 'depmod', package: 'kmod', neededBy: ['test'], use: 'readies the modules of its kernel' },
  {
    tool: 'chromium-headless-shell',
    package: 'chromium-headless-shell',
    neededBy: ['docs', 'test'],
    use: 'looks at the pages of the documentation',
  },
  { tool: 'nft', package: 'nftables', neededBy: ['test'], use: 'dumps every rule of the machine to compare' },
];

/**
 * What of the table a purpose needs.
 * @param {Purpose} purpose
 */
export function toolsFor(purpose) {
  return tools.filter((entry) => entry.neededBy.includes(purpose));
}

/**
 * The packages that have the given tools, each once, in the order of the table.
 * @param {readonly Tool[]} missing
 */
export function packagesOf(missing) {
  return [...new Set(missing.map((entry) => entry.package))];
}
