import type { LinuxNetContext } from '../context.js';
import { deleteBridgeDev, deleteNetDev } from '../interfaces/delete-device.js';
import { deviceExists } from '../interfaces/device-exists.js';
import { setDeviceMtu } from '../interfaces/device-mtu.js';
import { createIvsVifPort, deleteIvsVifPort } from '../interfaces/ivs-port.js';
import {
  createOvsVifPort,
  deleteOvsVifPort,
  ovsSetVhostuserPortType,
  type VifPort,
} from '../interfaces/ovs-port.js';
import { ovsVsctl } from '../interfaces/ovs-vsctl.js';
import { createTapDev, type TapOptions } from '../interfaces/tap-device.js';
import { createVethPair } from '../interfaces/veth-pair.js';
import { setVfInterfaceVlan, setVfTrusted } from '../interfaces/virtual-function.js';

/** The functions of an instance for devices and for the ports of virtual switches. */
export function deviceFunctions(context: LinuxNetContext) {
  return {
    deviceExists: (device: string) => deviceExists(context, device),
    setDeviceMtu: (device: string, mtu?: number | null) => setDeviceMtu(context, device, mtu),
    createVethPair: (one: string, other: string) => createVethPair(context, one, other),
    createTapDev: (device: string, mac?: string | null, options?: TapOptions) =>
      createTapDev(context, device, mac, options),
    deleteNetDev: (device: string) => deleteNetDev(context, device),
    deleteBridgeDev: (bridge: string) => deleteBridgeDev(context, bridge),
    ovsVsctl: (words: readonly string[]) => ovsVsctl(context, words),
    createOvsVifPort: (bridge: string, port: VifPort) => createOvsVifPort(context, bridge, port),
    deleteOvsVifPort: (bridge: string, device: string) => deleteOvsVifPort(context, bridge, device),
    ovsSetVhostuserPortType: (device: string) => ovsSetVhostuserPortType(context, device),
    createIvsVifPort: (device: string) => createIvsVifPort(context, device),
    deleteIvsVifPort: (device: string) => deleteIvsVifPort(context, device),
    setVfInterfaceVlan: (pciAddress: string, mac: string, vlan?: number) =>
      setVfInterfaceVlan(context, pciAddress, mac, vlan),
    setVfTrusted: (pciAddress: string, options: { trusted: boolean }) =>
      setVfTrusted(context, pciAddress, options),
  };
}
