/** The words of ip-address(8) that add an address to a device, or delete it. They only tell; nothing runs. */
export function ipBridgeCmd(action: 'add' | 'del', parameters: readonly string[], device: string): string[] {
  return ['ip', 'addr', action, ...parameters, 'dev', device];
}
