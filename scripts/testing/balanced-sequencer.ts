import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * About how many seconds the longest host tests take. Only how evenly the files are shared out hangs on it: a file that is
 * missing here is taken for a short one, a number that no longer fits does no harm.
 */
const longFiles: Readonly<Record<string, number>> = {
  'packages/firewall-iptables/test/random.host.test.ts': 50,
  'packages/firewall-iptables/test/explain/random.host.test.ts': 47,
  'packages/firewall-iptables/test/firewall.host.test.ts': 45,
  'packages/linux-net-compat/test/kernel/two-processes.host.test.ts': 45,
  'packages/dhcp-dnsmasq/test/conformance.host.test.ts': 45,
  'packages/linux-net-compat/test/dhcpbridge/program.host.test.ts': 43,
  'packages/linux-net-compat/test/kernel/rule-vectors.host.test.ts': 43,
  'packages/firewall-iptables/test/sharing.host.test.ts': 41,
  'packages/firewall-iptables/test/conformance.host.test.ts': 36,
  'packages/firewall-iptables/test/guests.host.test.ts': 34,
  'packages/firewall-iptables/test/pages.host.test.ts': 30,
  'packages/linux-net-compat/test/platforms/linux.host.test.ts': 30,
  'packages/firewall-iptables/test/foreign.host.test.ts': 28,
  'packages/dhcp-dnsmasq/test/faults.host.test.ts': 28,
  'packages/netdev-linux/test/batch-undone.host.test.ts': 28,
  'packages/netdev-linux/test/batch-killed.host.test.ts': 28,
  'packages/netdev-linux/test/lifecycle.host.test.ts': 25,
  'packages/netdev-linux/test/user-namespace.host.test.ts': 25,
  'packages/firewall-iptables/test/diagnose.host.test.ts': 24,
  'packages/firewall-iptables/test/explain/explain.host.test.ts': 24,
  'packages/firewall-iptables/test/families.host.test.ts': 22,
  'packages/linux-net-compat/test/dhcpbridge/dnsmasq.host.test.ts': 22,
  'packages/netdev-linux/test/batch-equal.host.test.ts': 22,
  'packages/firewall-iptables/test/connections.host.test.ts': 20,
  'packages/linux-net-compat/test/kernel/device-vectors.host.test.ts': 20,
  'packages/dhcp-dnsmasq/test/changes.host.test.ts': 20,
  'packages/netdev-linux/test/conformance.host.test.ts': 18,
  'packages/linux-net-compat/test/kernel/instance-filter.host.test.ts': 17,
  'packages/dhcp-dnsmasq/test/features.host.test.ts': 17,
  'packages/netdev-linux/test/both-ways.host.test.ts': 16,
  'packages/firewall-iptables/test/frames.host.test.ts': 15,
  'packages/firewall-iptables/test/hostile.host.test.ts': 15,
  'packages/dhcp-dnsmasq/test/dnsmasq.host.test.ts': 13,
  'packages/firewall-iptables/test/fragments.host.test.ts': 12,
  'packages/dhcp-dnsmasq/test/ipv6.host.test.ts': 11,
  'packages/netdev-linux/test/ovs/open-vswitch.host.test.ts': 11,
  'packages/netdev-linux/test/watch-entries.host.test.ts': 11,
  'packages/dhcp-dnsmasq/test/events.host.test.ts': 10,
  'packages/netdev-linux/test/interrupted-dumps.host.test.ts': 10,
  'examples/virtual-network/test/demo.host.test.ts': 25,
  'scripts/test/vm.host.test.ts': 20,
};

/** What any other file is taken for. */
const SHORT = 3;

/**
 * Shares files out, the longest first, each to the share that has the least so far. The same list comes out the same,
 * whatever its order, so that each of several programs can take its own share.
 * @param files paths below the root
 * @returns a list of files for each share; together they are all
 */
export function sharesOf(files: readonly string[], count: number): string[][] {
  const shares = Array.from({ length: count }, () => ({ seconds: 0, files: [] as string[] }));
  const weighed = files.map((file) => ({ file, seconds: longFiles[file] ?? SHORT }));
  weighed.sort((one, other) => other.seconds - one.seconds || (one.file < other.file ? -1 : 1));
  for (const { file, seconds } of weighed) {
    const least = shares.reduce((best, share) => (share.seconds < best.seconds ? share : best));
    least.seconds += seconds;
    least.files.push(file);
  }
  return shares.map((share) => share.files);
}

/** Vitest's own shares are of equal number, by a hash of the names: one took a third longer than the other. */
export class BalancedSequencer extends BaseSequencer {
  override async shard(specifications: TestSpecification[]): Promise<TestSpecification[]> {
    const { root, shard } = this.ctx.config;
    if (shard === undefined) return specifications;
    const pathOf = ({ moduleId }: TestSpecification): string => relative(root, moduleId);
    const own = new Set(sharesOf(specifications.map(pathOf), shard.count)[shard.index - 1]);
    return specifications.filter((each) => own.has(pathOf(each)));
  }
}
