import type { deviceFunctions } from './device-functions.js';

/** The device side under the original's names, with its positional arguments. */
export function legacyDeviceFunctions(net: ReturnType<typeof deviceFunctions>) {
  return {
    device_exists: net.deviceExists,
    _set_device_mtu: net.setDeviceMtu,
    _create_veth_pair: net.createVethPair,
    create_tap_dev: (device: string, mac: string | null = null, multiqueue = false) =>
      net.createTapDev(device, mac, { multiqueue }),
    delete_net_dev: net.deleteNetDev,
    delete_bridge_dev: net.deleteBridgeDev,
    _ovs_vsctl: net.ovsVsctl,
    create_ovs_vif_port: (
      bridge: string,
      device: string,
      interfaceId: string,
      mac: string,
      instanceId: string,
    ) => net.createOvsVifPort(bridge, { device, interfaceId, mac, instanceId }),
    delete_ovs_vif_port: net.deleteOvsVifPort,
    ovs_set_vhostuser_port_type: net.ovsSetVhostuserPortType,
    // The original took three more and did not look at them either.
    create_ivs_vif_port: (device: string) => net.createIvsVifPort(device),
    delete_ivs_vif_port: net.deleteIvsVifPort,
    set_vf_interface_vlan: net.setVfInterfaceVlan,
    set_vf_trusted: (pciAddress: string, trusted: boolean) => net.setVfTrusted(pciAddress, { trusted }),
  };
}
