/** The ebtables rules that keep the DHCP server's address and DHCP itself on this side of a device, for hosts that share the address. */
export function dhcpIsolationRules(device: string, address: string): string[] {
  const dhcp = '--ip-protocol udp --ip-destination-port 67:68 -j DROP';
  return [
    `INPUT -p ARP -i ${device} --arp-ip-dst ${address} -j DROP`,
    `OUTPUT -p ARP -o ${device} --arp-ip-src ${address} -j DROP`,
    `FORWARD -p IPv4 -i ${device} ${dhcp}`,
    `FORWARD -p IPv4 -o ${device} ${dhcp}`,
  ];
}
