export type { MemoryDhcpOptions } from './memory/dhcp/create-memory-dhcp.js';
export type { MemoryOffer } from './memory/dhcp/leasing.js';
export type { MemoryFirewallOptions } from './memory/firewall/create-memory-firewall.js';
export type { InputPolicy } from './memory/firewall/decide.js';
export type { MemoryPacket, PacketFate } from './memory/firewall/packet.js';
export { createMemoryHost, type InStack, type MemoryHost } from './memory/memory-host.js';
export type { MemoryNetDevOptions } from './memory/netdev/session.js';
export { registerMemoryHost } from './memory/register-memory-host.js';
export type { VirtualFunctionSpec } from './memory/virtual-functions.js';
