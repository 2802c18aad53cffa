import type { IpFamily } from 'netdev-core';
import { ownChainsOf } from '../ruleset/ownership.js';
import { ruleLine, type SavedTable, targetOf } from '../ruleset/saved-table.js';
import type { Finding } from './finding.js';
import type { HostFacts } from './host-facts.js';
import type { Needs } from './needs.js';

const families: readonly IpFamily[] = ['ipv4', 'ipv6'];
const label = { ipv4: 'IPv4', ipv6: 'IPv6' } as const;
const tool = { ipv4: 'iptables', ipv6: 'ip6tables' } as const;

/** What of a host stops what an owner's intents are there for, or may. */
export function findObstacles(needs: Needs, facts: HostFacts, owner: string): Finding[] {
  return [
    ...forwardingOff(needs, facts),
    ...bridgedNotFiltered(needs, facts),
    ...families.flatMap((family) => ofTables(family, needs, facts, owner)),
    ...otherTables(needs, facts),
    ...otherVariant(facts),
    ...reversePath(needs, facts),
    ...loopbackClosed(needs, facts),
  ];
}

function forwardingOff({ forwarding }: Needs, { settings }: HostFacts): Finding[] {
  const path = { ipv4: 'net/ipv4/ip_forward', ipv6: 'net/ipv6/conf/all/forwarding' } as const;
  return families
    .filter((family) => forwarding.has(family) && settings.get(path[family]) === '0')
    .map((family) => ({
      code: 'forwarding-off',
      stops: 'certainly',
      detail: `the host passes no ${label[family]} packets on`,
      fix: `setForwarding of a network driver, or \`sysctl -w ${path[family]}=1\``,
    }));
}

/** Where the setting is not there, br_netfilter is not loaded (bridge-netfilter of the kernel's documentation). */
function bridgedNotFiltered({ bridged }: Needs, { settings }: HostFacts): Finding[] {
  const path = {
    ipv4: 'net/bridge/bridge-nf-call-iptables',
    ipv6: 'net/bridge/bridge-nf-call-ip6tables',
  } as const;
  return families
    .filter((family) => bridged.has(family) && settings.get(path[family]) !== '1')
    .map((family) => ({
      code: 'bridged-not-filtered',
      stops: 'perhaps',
      detail: `${label[family]} packets between ports of one bridge do not pass ${tool[family]}, so no rule holds them up`,
      fix: `\`modprobe br_netfilter && sysctl -w ${path[family]}=1\`, or ports with \`isolated: true\``,
    }));
}

function ofTables(family: IpFamily, needs: Needs, facts: HostFacts, owner: string): Finding[] {
  const filter = facts.tables.get(family)?.get('filter');
  if (filter === undefined) return [];
  const hooks = [
    ...(needs.forwarding.has(family) ? ['FORWARD'] : []),
    ...(needs.input.has(family) ? ['INPUT'] : []),
  ];
  const policy = filter.chains.get('FORWARD')?.policy;
  const dropped: Finding[] =
    needs.translated.has(family) && policy === 'DROP'
      ? [
          {
            code: 'policy-drops',
            stops: 'certainly',
            detail: `the policy of ${tool[family]}'s FORWARD is DROP (docker sets it), and no intent lets translated packets through`,
            fix: `put a forward-policy for the guests' bridge, or \`${tool[family]} -P FORWARD ACCEPT\``,
          },
        ]
      : [];
  return [...dropped, ...hooks.flatMap((hook) => rulesBefore(family, filter, hook, owner))];
}

/** Rules of others that stand before ours in a built-in chain and lead to a drop. */
function rulesBefore(family: IpFamily, table: SavedTable, hook: string, owner: string): Finding[] {
  const isOwn = ownChainsOf(table, owner);
  const rules = table.chains.get(hook)?.rules ?? [];
  const ours = rules.findIndex(({ text }) => isOwn(targetOf(text) ?? ''));
  return rules
    .slice(0, ours === -1 ? 0 : ours)
    .filter(({ text }) => leadsToDrop(table, targetOf(text), new Set()))
    .map((rule) => ({
      code: 'rule-before-ours',
      stops: 'perhaps',
      detail: `${tool[family]} asks \`${ruleLine(hook, rule).replace(/^\S+ /, '')}\` before our rules`,
      fix: 'reconcile() puts ours first',
    }));
}

function leadsToDrop(table: SavedTable, target: string | undefined, seen: Set<string>): boolean {
  if (target === undefined || seen.has(target)) return false;
  if (target === 'DROP' || target === 'REJECT') return true;
  seen.add(target);
  const rules = table.chains.get(target)?.rules ?? [];
  return rules.some(({ text }) => leadsToDrop(table, targetOf(text), seen));
}

const nftFamilies: Readonly<Record<string, readonly IpFamily[]>> = {
  ip: ['ipv4'],
  ip6: ['ipv6'],
  inet: families,
  bridge: families,
};

/** A packet that one chain accepts goes on to the next one of the same hook, and a drop is final (nft(8), VERDICTS). */
function otherTables(needs: Needs, { otherChains }: HostFacts): Finding[] {
  const hooks: Readonly<Record<string, ReadonlySet<IpFamily>>> = {
    forward: needs.forwarding,
    input: needs.input,
    prerouting: new Set([...needs.forwarding, ...needs.input]),
    postrouting: needs.forwarding,
  };
  return otherChains
    .filter(({ family, hook }) => nftFamilies[family]?.some((each) => hooks[hook]?.has(each)))
    .filter(({ policy, tableDrops }) => policy === 'drop' || tableDrops)
    .map(({ family, table, name, hook, policy }) => ({
      code: 'other-table-drops',
      stops: 'perhaps',
      detail:
        policy === 'drop'
          ? `the nftables chain \`${family} ${table} ${name}\` drops at ${hook} whatever it does not accept itself, also what iptables accepts`
          : `the nftables table \`${family} ${table}\` has rules that drop, also what iptables accepts`,
      fix:
        table === 'firewalld'
          ? 'put the bridges into a zone that accepts: `firewall-cmd --zone=trusted --change-interface=BRIDGE`'
          : `see \`nft list table ${family} ${table}\`, and accept the bridges there`,
    }));
}

function otherVariant({ otherVariant: tables }: HostFacts): Finding[] {
  if (tables.length === 0) return [];
  return [
    {
      code: 'other-variant',
      stops: 'perhaps',
      detail: `both variants of iptables are in use, and each drops without asking the other: ${tables.join(', ')}`,
      fix: 'use one: `update-alternatives --display iptables` shows which, `iptables-legacy-save` what the other has',
    },
  ];
}

/** The larger of a device's setting and that for all counts; 1 is strict (RFC 3704), 2 loose. */
function reversePath({ devices }: Needs, { settings }: HostFacts): Finding[] {
  const of = (name: string): number => Number(settings.get(`net/ipv4/conf/${name}/rp_filter`) ?? 0);
  return [...devices]
    .filter((name) => Math.max(of(name), of('all')) === 1)
    .map((name) => ({
      code: 'reverse-path',
      stops: 'perhaps',
      detail: `${name} takes packets only from addresses that the host would answer by ${name} (rp_filter is strict)`,
      fix: `where answers leave by another device: \`sysctl -w net/ipv4/conf/${name}/rp_filter=2\``,
    }));
}

function loopbackClosed({ loopback }: Needs, { settings }: HostFacts): Finding[] {
  const isOpen = (name: string): boolean => settings.get(`net/ipv4/conf/${name}/route_localnet`) === '1';
  return loopback
    .filter(({ interface: name }) => !isOpen('all') && (name === undefined || !isOpen(name)))
    .map(({ address, interface: name = 'all' }) => ({
      code: 'loopback-closed',
      stops: 'certainly',
      detail: `packets from outside are not let to ${address}, an address of the loopback`,
      fix: `redirect to an address of the bridge, or \`sysctl -w net/ipv4/conf/${name}/route_localnet=1\``,
    }));
}
