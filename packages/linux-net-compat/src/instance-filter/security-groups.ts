import type { FilteredInstance } from './guest-records.js';

/** What a rule of a security group, or of the provider, is about: a record of the original's shape. */
export interface TrafficRecord {
  /** `tcp`, `udp`, `icmp` or another that iptables knows, in any case; null: all. */
  readonly protocol: string | null;
  /** The first port; for ICMP the type, with -1 for all. */
  readonly from_port: number | null;
  /** The last port; for ICMP the code, with -1 for all. */
  readonly to_port: number | null;
}

/** A rule of a security group (nova.objects.SecurityGroupRule): who may send what to the group's guests. */
export interface SecurityGroupRuleRecord extends TrafficRecord {
  readonly cidr?: string | null;
  /** Without `cidr`: the group whose guests may. */
  readonly grantee_group?: unknown;
}

/** What nobody may send to any guest. */
export interface ProviderRuleRecord extends TrafficRecord {
  readonly protocol: string;
  readonly cidr: string;
}

/** Asks the program's own records, as the original asked its database. */
export interface SecurityGroupLookup {
  /** The rules of all groups that a guest is in, in the order of the groups. */
  rulesOf(instance: FilteredInstance): Promise<readonly SecurityGroupRuleRecord[]>;
  /** The fixed addresses of the guests in a group, of both families. */
  addressesOf(group: unknown): Promise<readonly string[]>;
  providerRules(): Promise<readonly ProviderRuleRecord[]>;
}

/** Where there are no records: nobody is in a group. */
export const noSecurityGroups: SecurityGroupLookup = {
  rulesOf: async () => [],
  addressesOf: async () => [],
  providerRules: async () => [],
};
