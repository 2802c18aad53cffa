/** The options by their original names. The object is live: a changed value counts from then on. */
export interface LinuxNetConf {
  dhcpbridge_flagfile: string[];
  networks_path: string;
  public_interface: string;
  dhcpbridge: string;
  routing_source_ip: string;
  /** Seconds. */
  dhcp_lease_time: number;
  dns_server: string[];
  use_network_dns_servers: boolean;
  dmz_cidr: string[];
  force_snat_range: string[];
  dnsmasq_config_file: string;
  linuxnet_interface_driver: string;
  linuxnet_ovs_integration_bridge: string;
  send_arp_for_ha: boolean;
  send_arp_for_ha_count: number;
  use_single_default_gateway: boolean;
  forward_bridge_interface: string[];
  metadata_host: string;
  metadata_port: number;
  iptables_top_regex: string;
  iptables_bottom_regex: string;
  iptables_drop_action: string;
  /** Seconds; 0 waits for ever. */
  ovs_vsctl_timeout: number;
  fake_network: boolean;
  ebtables_exec_attempts: number;
  /** Seconds. */
  ebtables_retry_interval: number;
  use_ipv6: boolean;
  /** Whether guests may be reached from their own networks, whatever their security groups say. */
  allow_same_net_traffic: boolean;
  my_ip: string;
  host: string;
  network_device_mtu: number | null;
  vlan_interface: string | null;
  flat_interface: string | null;
  share_dhcp_address: boolean;
  dhcp_domain: string;
  state_path: string;
  bindir: string;
}
