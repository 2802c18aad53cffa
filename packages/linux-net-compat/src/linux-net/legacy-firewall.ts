import type { FilteredInstance, FilteredVif } from '../instance-filter/guest-records.js';
import type { firewallFunctions } from './firewall-functions.js';
import { legacyClass } from './legacy-class.js';
import { legacyIptablesManager } from './legacy-iptables.js';

/** The firewall driver under the original's names; what its constructor was given comes from the instance. */
export function legacyFirewallFunctions(net: ReturnType<typeof firewallFunctions>) {
  return {
    IptablesFirewallDriver: legacyClass(() => {
      const driver = new net.IptablesFirewallDriver();
      return {
        iptables: legacyIptablesManager(driver.iptables),
        setup_basic_filtering: (instance: FilteredInstance, networkInfo: readonly FilteredVif[]) =>
          driver.setupBasicFiltering(instance, networkInfo),
        prepare_instance_filter: (instance: FilteredInstance, networkInfo: readonly FilteredVif[]) =>
          driver.prepareInstanceFilter(instance, networkInfo),
        apply_instance_filter: (instance: FilteredInstance, networkInfo: readonly FilteredVif[]) =>
          driver.applyInstanceFilter(instance, networkInfo),
        unfilter_instance: (instance: FilteredInstance, networkInfo?: readonly FilteredVif[]) =>
          driver.unfilterInstance(instance, networkInfo),
        instance_filter_exists: (instance: FilteredInstance, networkInfo?: readonly FilteredVif[]) =>
          driver.instanceFilterExists(instance, networkInfo),
        refresh_instance_security_rules: (instance: FilteredInstance) =>
          driver.refreshInstanceSecurityRules(instance),
        refresh_security_group_rules: (group: unknown) => driver.refreshSecurityGroupRules(group),
        refresh_security_group_members: (group: unknown) => driver.refreshSecurityGroupMembers(group),
        refresh_provider_fw_rules: () => driver.refreshProviderFwRules(),
        filter_defer_apply_on: () => driver.filterDeferApplyOn(),
        filter_defer_apply_off: () => driver.filterDeferApplyOff(),
      };
    }),
  };
}
