/** The kinds of values that options take. */
export type OptionKind =
  | 'string'
  | 'optional-string'
  | 'integer'
  | 'optional-integer'
  | 'number'
  | 'boolean'
  | 'list';

/** What one option takes and is when nobody sets it. */
export interface OptionSpec {
  kind: OptionKind;
  default: string | number | boolean | null | readonly string[];
}

const text = (value: string): OptionSpec => ({ kind: 'string', default: value });
const integer = (value: number): OptionSpec => ({ kind: 'integer', default: value });
const flag = (value: boolean): OptionSpec => ({ kind: 'boolean', default: value });
const list = (...values: string[]): OptionSpec => ({ kind: 'list', default: values });

/**
 * The options by their original names. `$name` in a text stands for another option's value. `my_ip`
 * and `host` are found out when they are not set; `state_path` and `bindir` are what the defaults of
 * two others build on.
 */
export const optionSpecs = {
  dhcpbridge_flagfile: list('/etc/nova/nova-dhcpbridge.conf'),
  networks_path: text('$state_path/networks'),
  public_interface: text('eth0'),
  dhcpbridge: text('$bindir/nova-dhcpbridge'),
  routing_source_ip: text('$my_ip'),
  dhcp_lease_time: integer(86400),
  dns_server: list(),
  use_network_dns_servers: flag(false),
  dmz_cidr: list(),
  force_snat_range: list(),
  dnsmasq_config_file: text(''),
  linuxnet_interface_driver: text('nova.network.linux_net.LinuxBridgeInterfaceDriver'),
  linuxnet_ovs_integration_bridge: text('br-int'),
  send_arp_for_ha: flag(false),
  send_arp_for_ha_count: integer(3),
  use_single_default_gateway: flag(false),
  forward_bridge_interface: list('all'),
  metadata_host: text('$my_ip'),
  metadata_port: integer(8775),
  iptables_top_regex: text(''),
  iptables_bottom_regex: text(''),
  iptables_drop_action: text('DROP'),
  ovs_vsctl_timeout: integer(120),
  fake_network: flag(false),
  ebtables_exec_attempts: integer(3),
  ebtables_retry_interval: { kind: 'number', default: 1 } satisfies OptionSpec,
  use_ipv6: flag(false),
  allow_same_net_traffic: flag(true),
  my_ip: text(''),
  host: text(''),
  network_device_mtu: { kind: 'optional-integer', default: null } satisfies OptionSpec,
  vlan_interface: { kind: 'optional-string', default: null } satisfies OptionSpec,
  flat_interface: { kind: 'optional-string', default: null } satisfies OptionSpec,
  share_dhcp_address: flag(false),
  dhcp_domain: text('novalocal'),
  state_path: text('/var/lib/nova'),
  bindir: text('/usr/bin'),
} as const;

export type OptionName = keyof typeof optionSpecs;
