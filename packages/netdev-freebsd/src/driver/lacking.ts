import {
  type NetDevDriver,
  parseBridgeVlanRange,
  parseBridgeVlanSpec,
  parseForwardingEntrySpec,
  parseInterfaceName,
  parsePciAddress,
  parseRoutingRuleSpec,
  parseVirtualFunctionChanges,
  parseVirtualFunctionIndex,
} from 'netdev-core';
import type { Session } from './session.js';
import { unsupported } from './unsupported.js';

type Lacking = Pick<
  NetDevDriver,
  | 'listRoutingRules'
  | 'ensureRoutingRule'
  | 'deleteRoutingRule'
  | 'listForwardingEntries'
  | 'ensureForwardingEntry'
  | 'deleteForwardingEntry'
  | 'listBridgeVlans'
  | 'ensureBridgeVlan'
  | 'deleteBridgeVlan'
  | 'findVirtualFunction'
  | 'listVirtualFunctions'
  | 'updateVirtualFunction'
>;

/** The methods for what this driver has not. What they are given is looked at all the same. */
export function createLacking(session: Session): Lacking {
  return {
    async listRoutingRules(_filter, options) {
      session.begin('list routing rules', options);
      throw unsupported('list', 'routing rules', 'routing-rules');
    },
    async ensureRoutingRule(spec, options) {
      session.begin('add routing rule', options);
      const { priority } = parseRoutingRuleSpec(spec);
      throw unsupported('add', `routing rule ${priority ?? ''}`.trim(), 'routing-rules');
    },
    async deleteRoutingRule(spec, options) {
      session.begin('delete routing rule', options);
      const { priority } = parseRoutingRuleSpec(spec);
      throw unsupported('delete', `routing rule ${priority ?? ''}`.trim(), 'routing-rules');
    },

    async listForwardingEntries({ link, bridge } = {}, options) {
      session.begin('list forwarding entries', options);
      const of = link ?? bridge;
      const name = of === undefined ? 'all bridges' : parseInterfaceName(of, 'link');
      throw unsupported('list forwarding entries of', name, 'forwarding-database');
    },
    async ensureForwardingEntry(spec, options) {
      session.begin('add forwarding entry', options);
      throw unsupported('add forwarding entry', parseForwardingEntrySpec(spec).mac, 'forwarding-database');
    },
    async deleteForwardingEntry(spec, options) {
      session.begin('delete forwarding entry', options);
      throw unsupported('delete forwarding entry', parseForwardingEntrySpec(spec).mac, 'forwarding-database');
    },

    async listBridgeVlans({ link } = {}, options) {
      session.begin('list VLANs', options);
      const name = link === undefined ? 'all bridges' : parseInterfaceName(link, 'link');
      throw unsupported('list VLANs of', name, 'vlan-filtering');
    },
    async ensureBridgeVlan(spec, options) {
      session.begin('add VLAN', options);
      throw unsupported('add VLAN of', parseBridgeVlanSpec(spec).link, 'vlan-filtering');
    },
    async deleteBridgeVlan(range, options) {
      session.begin('delete VLAN', options);
      throw unsupported('delete VLAN of', parseBridgeVlanRange(range).link, 'vlan-filtering');
    },

    async findVirtualFunction(pciAddress, options) {
      session.begin('find virtual function', options);
      throw unsupported('find virtual function', parsePciAddress(pciAddress), 'sriov');
    },
    async listVirtualFunctions(parent, options) {
      session.begin('read virtual functions', options);
      throw unsupported('read virtual functions of', parseInterfaceName(parent, 'parent'), 'sriov');
    },
    async updateVirtualFunction(parent, index, changes, options) {
      session.begin('change virtual function', options);
      const name = parseInterfaceName(parent, 'parent');
      const number = parseVirtualFunctionIndex(index);
      parseVirtualFunctionChanges(changes);
      throw unsupported('change virtual function', `${number} of ${name}`, 'sriov');
    },
  };
}
