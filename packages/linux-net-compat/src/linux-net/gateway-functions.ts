import type { LinuxNetContext } from '../context.js';
import type { GatewayNetwork } from '../gateway/gateway-network.js';
import { enableIpv4Forwarding, initializeGatewayDevice } from '../gateway/initialize-gateway-device.js';
import { ipBridgeCmd } from '../gateway/ip-bridge-cmd.js';

/** The functions of an instance for gateway devices. */
export function gatewayFunctions(context: LinuxNetContext) {
  return {
    enableIpv4Forwarding: () => enableIpv4Forwarding(context),
    initializeGatewayDevice: (
      device: string,
      network: GatewayNetwork | Readonly<Record<string, never>> | null,
    ) => initializeGatewayDevice(context, device, network),
    ipBridgeCmd,
  };
}

/** The same under the original's names. */
export function legacyGatewayFunctions(net: ReturnType<typeof gatewayFunctions>) {
  return {
    _enable_ipv4_forwarding: net.enableIpv4Forwarding,
    initialize_gateway_device: net.initializeGatewayDevice,
    _ip_bridge_cmd: net.ipBridgeCmd,
  };
}
