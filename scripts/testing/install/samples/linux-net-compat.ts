import { createLinuxNet, type Fault, faults, IptablesTable } from 'linux-net-compat';

const net = createLinuxNet({ binaryName: 'nova-network', conf: { public_interface: 'eth1' } });
const known: readonly Fault[] = Object.values(faults);

let code: unknown;
try {
  new IptablesTable('filter', 'nova-network');
} catch (error) {
  code = Object(error).code;
}
console.log(net.binaryName, net.conf.dhcp_lease_time, known.length > 5, code);
