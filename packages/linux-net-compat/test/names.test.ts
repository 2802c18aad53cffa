import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as module from '../src/index.js';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const rows = [...readme.matchAll(/^\| `(\w+)` \| `(\w+)` \| .*\|$/gm)].map(
  ([, original = '', ours = '']) => ({
    original,
    ours,
  }),
);

/** What callers of the original's module used: its functions, its classes and those of its helpers. */
const originals = `
  IptablesRule IptablesTable IptablesManager iptables_manager get_binary_name write_to_file is_pid_cmdline_correct
  metadata_forward metadata_accept add_snat_rule init_host send_arp_for_ip bind_floating_ip unbind_floating_ip
  ensure_metadata_ip ensure_vpn_forward ensure_floating_forward remove_floating_forward floating_ebtables_rules
  floating_forward_rules clean_conntrack initialize_gateway_device get_dhcp_leases get_dhcp_hosts get_dns_hosts
  get_dhcp_opts release_dhcp update_dhcp update_dns update_dhcp_hostfile_with_text kill_dhcp restart_dhcp update_ra
  device_exists create_ovs_vif_port delete_ovs_vif_port ovs_set_vhostuser_port_type create_ivs_vif_port
  delete_ivs_vif_port create_tap_dev delete_net_dev delete_bridge_dev plug unplug get_dev LinuxNetInterfaceDriver
  LinuxBridgeInterfaceDriver LinuxOVSInterfaceDriver NeutronLinuxBridgeInterfaceDriver
  QuantumLinuxBridgeInterfaceDriver ensure_ebtables_rules remove_ebtables_rules isolate_dhcp_address
  remove_isolate_dhcp_address get_gateway_rules set_vf_interface_vlan set_vf_trusted _create_veth_pair
  _set_device_mtu _exec_ebtables _ovs_vsctl _host_lease _host_dhcp _host_dns _host_dhcp_opts _host_dhcp_network
  _dhcp_file _ra_file _dnsmasq_pid_for _ra_pid_for _enable_ipv4_forwarding _add_dnsmasq_accept_rules
  _remove_dnsmasq_accept_rules _add_dhcp_mangle_rule _remove_dhcp_mangle_rule
`
  .trim()
  .split(/\s+/);

const isThing = (name: string) => (name === 'iptables_manager' ? expect.any(Object) : expect.any(Function));

describe('the names of the original', () => {
  it.each(rows)('$original is $ours', ({ original, ours }) => {
    expect(module.linux_net).toHaveProperty(original, isThing(original));
    expect(module.createLinuxNet()).toHaveProperty(ours, isThing(original));
    if (original !== 'iptables_manager') expect(module).toHaveProperty(ours, isThing(original));
  });

  it('the table has every name that is there, and no other', () => {
    expect(rows.map(({ original }) => original).sort()).toEqual(Object.keys(module.linux_net).sort());
  });

  it('nothing that callers used is missing', () => {
    expect(originals.filter((name) => !(name in module.linux_net))).toEqual([]);
  });

  it('the Linux bridge driver has the methods that callers used', () => {
    const driver = new module.linux_net.LinuxBridgeInterfaceDriver();
    for (const kind of ['vlan_bridge', 'vlan', 'bridge']) {
      expect(driver).toHaveProperty(`ensure_${kind}`, expect.any(Function));
      expect(driver).toHaveProperty(`remove_${kind}`, expect.any(Function));
    }
  });
});
