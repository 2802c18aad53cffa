import { InvalidArgumentError, type IpFamily } from 'netdev-core';
import { createLockQueue } from 'netdev-exec';
import type { LinuxNetContext } from '../context.js';
import type { IptablesManager } from '../rules/iptables-manager.js';
import {
  type FilteredInstance,
  type FilteredNetwork,
  type FilteredVif,
  instanceChain,
  networksOf,
} from './guest-records.js';
import { groupRules, instanceRules, jumpsTo, type LookedUpRule, providerRules } from './instance-rules.js';

interface FilteredGuest {
  instance: FilteredInstance;
  networks: FilteredNetwork[];
}

type ByFamily = Record<IpFamily, string[]>;

/** A guest asks for its first address in nobody's name; the host's own rules may not know the guest yet. */
const DHCP_REQUEST = '-s 0.0.0.0/32 -d 255.255.255.255/32 -p udp -m udp --sport 68 --dport 67 -j ACCEPT';

/**
 * Filters what comes to guests by their security groups, in the chains that callers of the original look at:
 * `inst-` and the guest's id for each, reached from `local` by the guest's addresses; `provider` with what nobody may
 * send to any; `sg-fallback` at the end. IPv6 has the same with `use_ipv6`.
 *
 * It holds guests by what they may be sent. That they lie about who they are is no matter of this driver: the
 * original left it to libvirt's nwfilter. Intents of the firewall (`guest`, `security-group`) do both.
 */
export class IptablesFirewallDriver {
  readonly iptables: IptablesManager;
  readonly #context: LinuxNetContext;
  readonly #guests = new Map<string, FilteredGuest>();
  /** Changes are made one at a time, so that what was looked up first is not written last. */
  readonly #turns = createLockQueue();
  #hasDhcpRules = false;

  /** @throws UnsupportedError with a firewall that has no raw tables */
  constructor(context: LinuxNetContext) {
    this.#context = context;
    this.iptables = context.rules.iptables;
    for (const { filter } of [this.iptables.ipv4, this.iptables.ipv6]) {
      filter.addChain('sg-fallback');
      filter.addRule('sg-fallback', '-j DROP');
    }
  }

  /** Does nothing: spoofing was kept off elsewhere. */
  async setupBasicFiltering(_instance: FilteredInstance, _vifs: readonly FilteredVif[]): Promise<void> {}

  /**
   * Filters a guest, which does not run yet.
   *
   * @throws InvalidArgumentError for records that make no rule, before anything is changed; PlatformError
   */
  async prepareInstanceFilter(instance: FilteredInstance, vifs: readonly FilteredVif[]): Promise<void> {
    await this.#inTurn(async () => {
      const { faults } = this.#context;
      const chain = instanceChain(instance);
      const guest = { instance, networks: networksOf(vifs, faults) };
      const rules = await this.#rulesOf(guest);
      const provider = await this.#providerRules();
      this.#guests.set(chain, guest);
      if (faults === 'mend') this.#remove(chain);
      this.#add(chain, guest, rules);
      this.#replaceProvider(provider);
      if (guest.networks.some(({ dhcpServer }) => dhcpServer !== undefined)) this.#addDhcpRules();
    });
  }

  /** Does nothing: all is done when the filter is prepared. */
  async applyInstanceFilter(_instance: FilteredInstance, _vifs: readonly FilteredVif[]): Promise<void> {}

  /** Filters a guest no longer; one that is not filtered is no error. @throws InvalidArgumentError, PlatformError */
  async unfilterInstance(instance: FilteredInstance, _vifs?: readonly FilteredVif[]): Promise<void> {
    const chain = instanceChain(instance);
    await this.#turns.inTurn('filter', async () => {
      if (!this.#guests.delete(chain)) return;
      this.#remove(chain);
      await this.iptables.apply();
    });
  }

  /** Looks up the rules of a guest's groups again. @throws InvalidArgumentError also for one that is not filtered */
  async refreshInstanceSecurityRules(instance: FilteredInstance): Promise<void> {
    await this.#inTurn(async () => {
      const chain = instanceChain(instance);
      const guest = this.#guests.get(chain);
      if (guest === undefined)
        throw new InvalidArgumentError('instance.id', instance.id, 'a guest that is filtered');
      await this.#refresh([[chain, guest]]);
    });
  }

  /** Looks up the rules of all guests again. @throws InvalidArgumentError, PlatformError */
  async refreshSecurityGroupRules(_group?: unknown): Promise<void> {
    await this.#inTurn(() => this.#refresh([...this.#guests]));
  }

  /** The same: which guests the members of a group may reach is part of their rules. */
  async refreshSecurityGroupMembers(group?: unknown): Promise<void> {
    await this.refreshSecurityGroupRules(group);
  }

  /** Looks up again what nobody may send to any guest. @throws InvalidArgumentError, PlatformError */
  async refreshProviderFwRules(): Promise<void> {
    await this.#inTurn(async () => this.#replaceProvider(await this.#providerRules()));
  }

  /** From here on nothing is written until {@link filterDeferApplyOff}. */
  filterDeferApplyOn(): void {
    this.iptables.deferApplyOn();
  }

  async filterDeferApplyOff(): Promise<void> {
    await this.iptables.deferApplyOff();
  }

  /** Whether the guest is filtered by this driver. */
  instanceFilterExists(instance: FilteredInstance, _vifs?: readonly FilteredVif[]): boolean {
    return this.#guests.has(instanceChain(instance));
  }

  async #inTurn(change: () => Promise<void>): Promise<void> {
    await this.#turns.inTurn('filter', async () => {
      await change();
      await this.iptables.apply();
    });
  }

  async #refresh(guests: readonly (readonly [chain: string, guest: FilteredGuest])[]): Promise<void> {
    const looked: [string, FilteredGuest, ByFamily][] = [];
    for (const [chain, guest] of guests) looked.push([chain, guest, await this.#rulesOf(guest)]);
    for (const [chain, guest, rules] of looked) {
      // Somebody else may have removed it, who works with the tables themselves.
      if (!this.iptables.ipv4.filter.hasChain(chain)) continue;
      this.#remove(chain);
      this.#add(chain, guest, rules);
    }
  }

  async #rulesOf({ instance, networks }: FilteredGuest): Promise<ByFamily> {
    const { securityGroups, conf, faults } = this.#context;
    const rules: LookedUpRule[] = [];
    for (const record of await securityGroups.rulesOf(instance)) {
      const asks = !record.cidr && Boolean(record.grantee_group);
      const members = asks ? await securityGroups.addressesOf(record.grantee_group) : [];
      rules.push({ record, members });
    }
    const of = (family: IpFamily): string[] =>
      instanceRules(family, { networks, groups: groupRules(family, rules, faults) }, conf);
    return { ipv4: of('ipv4'), ipv6: of('ipv6') };
  }

  async #providerRules(): Promise<ByFamily> {
    const { securityGroups, faults } = this.#context;
    return providerRules(await securityGroups.providerRules(), faults);
  }

  #add(chain: string, { networks }: FilteredGuest, rules: ByFamily): void {
    for (const [family, filter] of this.#filters()) {
      filter.addChain(chain);
      for (const jump of jumpsTo(chain, family, networks)) filter.addRule('local', jump);
      for (const rule of rules[family]) filter.addRule(chain, rule);
    }
  }

  #remove(chain: string): void {
    for (const [, filter] of this.#filters()) filter.removeChain(chain);
  }

  #replaceProvider(rules: ByFamily): void {
    for (const [family, filter] of this.#filters()) {
      filter.emptyChain('provider');
      filter.addChain('provider');
      for (const rule of rules[family]) filter.addRule('provider', rule);
    }
  }

  #addDhcpRules(): void {
    if (this.#hasDhcpRules) return;
    for (const chain of ['INPUT', 'FORWARD']) this.iptables.ipv4.filter.addRule(chain, DHCP_REQUEST);
    this.#hasDhcpRules = true;
  }

  /** Those that are written. */
  #filters() {
    const { ipv4, ipv6 } = this.iptables;
    const both = [
      ['ipv4', ipv4.filter],
      ['ipv6', ipv6.filter],
    ] as const;
    return this.#context.conf.use_ipv6 ? both : both.slice(0, 1);
  }
}
