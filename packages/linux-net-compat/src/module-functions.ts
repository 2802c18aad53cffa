import { createLinuxNet, type LinuxNet } from './create-linux-net.js';

let made: LinuxNet | undefined;

/** The instance that the functions of the module work on: with the default options, made on first use. */
export function defaultLinuxNet(): LinuxNet {
  made ??= createLinuxNet();
  return made;
}

function onDefault<Parameters extends unknown[], Result>(
  pick: (net: LinuxNet) => (...args: Parameters) => Result,
): (...args: Parameters) => Result {
  return (...args) => pick(defaultLinuxNet())(...args);
}

/** A class of the default instance, which is not made before an object of the class is. */
function classOnDefault<Driver extends object>(pick: (net: LinuxNet) => new () => Driver): new () => Driver {
  return new Proxy(function deferred() {} as unknown as new () => Driver, {
    construct: (_, args, target) => Reflect.construct(pick(defaultLinuxNet()), args, target),
    get: (_, name) => Reflect.get(pick(defaultLinuxNet()), name),
  });
}

export const createIptablesManager = onDefault((net) => net.createIptablesManager);
export const createIptablesTable = onDefault((net) => net.createIptablesTable);
export const renderRule = onDefault((net) => net.renderRule);
export const iptablesDest = onDefault((net) => net.iptablesDest);
export const metadataForward = onDefault((net) => net.metadataForward);
export const metadataAccept = onDefault((net) => net.metadataAccept);
export const ensureMetadataIp = onDefault((net) => net.ensureMetadataIp);
export const addSnatRule = onDefault((net) => net.addSnatRule);
export const initHost = onDefault((net) => net.initHost);
export const sendArpForIp = onDefault((net) => net.sendArpForIp);
export const bindFloatingIp = onDefault((net) => net.bindFloatingIp);
export const unbindFloatingIp = onDefault((net) => net.unbindFloatingIp);
export const ensureVpnForward = onDefault((net) => net.ensureVpnForward);
export const ensureFloatingForward = onDefault((net) => net.ensureFloatingForward);
export const removeFloatingForward = onDefault((net) => net.removeFloatingForward);
export const floatingForwardRules = onDefault((net) => net.floatingForwardRules);
export const floatingEbtablesRules = onDefault((net) => net.floatingEbtablesRules);
export const cleanConntrack = onDefault((net) => net.cleanConntrack);
export const getGatewayRules = onDefault((net) => net.getGatewayRules);
export const execute = onDefault((net) => net.execute);
export const execEbtables = onDefault((net) => net.execEbtables);
export const ensureEbtablesRules = onDefault((net) => net.ensureEbtablesRules);
export const removeEbtablesRules = onDefault((net) => net.removeEbtablesRules);
export const isolateDhcpAddress = onDefault((net) => net.isolateDhcpAddress);
export const removeIsolateDhcpAddress = onDefault((net) => net.removeIsolateDhcpAddress);
export const addDnsmasqAcceptRules = onDefault((net) => net.addDnsmasqAcceptRules);
export const removeDnsmasqAcceptRules = onDefault((net) => net.removeDnsmasqAcceptRules);
export const addDhcpMangleRule = onDefault((net) => net.addDhcpMangleRule);
export const removeDhcpMangleRule = onDefault((net) => net.removeDhcpMangleRule);
export const getDhcpLeases = onDefault((net) => net.getDhcpLeases);
export const getDhcpHosts = onDefault((net) => net.getDhcpHosts);
export const getDnsHosts = onDefault((net) => net.getDnsHosts);
export const getDhcpOpts = onDefault((net) => net.getDhcpOpts);
export const hostLease = onDefault((net) => net.hostLease);
export const hostDhcp = onDefault((net) => net.hostDhcp);
export const hostDns = onDefault((net) => net.hostDns);
export const hostDhcpNetwork = onDefault((net) => net.hostDhcpNetwork);
export const hostDhcpOpts = onDefault((net) => net.hostDhcpOpts);
export const dhcpFile = onDefault((net) => net.dhcpFile);
export const raFile = onDefault((net) => net.raFile);
export const dnsmasqPidFor = onDefault((net) => net.dnsmasqPidFor);
export const raPidFor = onDefault((net) => net.raPidFor);
export const isPidCmdlineCorrect = onDefault((net) => net.isPidCmdlineCorrect);
export const writeToFile = onDefault((net) => net.writeToFile);
export const releaseDhcp = onDefault((net) => net.releaseDhcp);
export const updateDhcp = onDefault((net) => net.updateDhcp);
export const updateDns = onDefault((net) => net.updateDns);
export const updateDhcpHostfileWithText = onDefault((net) => net.updateDhcpHostfileWithText);
export const killDhcp = onDefault((net) => net.killDhcp);
export const restartDhcp = onDefault((net) => net.restartDhcp);
export const updateRa = onDefault((net) => net.updateRa);
export const deviceExists = onDefault((net) => net.deviceExists);
export const setDeviceMtu = onDefault((net) => net.setDeviceMtu);
export const createVethPair = onDefault((net) => net.createVethPair);
export const createTapDev = onDefault((net) => net.createTapDev);
export const deleteNetDev = onDefault((net) => net.deleteNetDev);
export const deleteBridgeDev = onDefault((net) => net.deleteBridgeDev);
export const ovsVsctl = onDefault((net) => net.ovsVsctl);
export const createOvsVifPort = onDefault((net) => net.createOvsVifPort);
export const deleteOvsVifPort = onDefault((net) => net.deleteOvsVifPort);
export const ovsSetVhostuserPortType = onDefault((net) => net.ovsSetVhostuserPortType);
export const createIvsVifPort = onDefault((net) => net.createIvsVifPort);
export const deleteIvsVifPort = onDefault((net) => net.deleteIvsVifPort);
export const setVfInterfaceVlan = onDefault((net) => net.setVfInterfaceVlan);
export const setVfTrusted = onDefault((net) => net.setVfTrusted);
export const enableIpv4Forwarding = onDefault((net) => net.enableIpv4Forwarding);
export const initializeGatewayDevice = onDefault((net) => net.initializeGatewayDevice);
export const ipBridgeCmd = onDefault((net) => net.ipBridgeCmd);
export const plug = onDefault((net) => net.plug);
export const unplug = onDefault((net) => net.unplug);
export const getDev = onDefault((net) => net.getDev);
export const registerInterfaceDriver = onDefault((net) => net.registerInterfaceDriver);
export const LinuxBridgeInterfaceDriver = classOnDefault((net) => net.LinuxBridgeInterfaceDriver);
export const LinuxOVSInterfaceDriver = classOnDefault((net) => net.LinuxOVSInterfaceDriver);
export const NeutronLinuxBridgeInterfaceDriver = classOnDefault(
  (net) => net.NeutronLinuxBridgeInterfaceDriver,
);
export const QuantumLinuxBridgeInterfaceDriver = classOnDefault(
  (net) => net.QuantumLinuxBridgeInterfaceDriver,
);
export const IptablesFirewallDriver = classOnDefault((net) => net.IptablesFirewallDriver);
export const vif = {
  plug: onDefault((net) => net.vif.plug),
  unplug: onDefault((net) => net.vif.unplug),
};
export const getBinaryName = onDefault((net) => net.getBinaryName);

type Legacy = LinuxNet['linux_net'];

/** The module under its original names, with its positional arguments, on the default instance. */
export const linux_net: Legacy = new Proxy({} as Legacy, {
  get: (_, name: keyof Legacy) => defaultLinuxNet().linux_net[name],
  has: (_, name) => name in defaultLinuxNet().linux_net,
  ownKeys: () => Reflect.ownKeys(defaultLinuxNet().linux_net),
  getOwnPropertyDescriptor: (_, name) => Object.getOwnPropertyDescriptor(defaultLinuxNet().linux_net, name),
});
