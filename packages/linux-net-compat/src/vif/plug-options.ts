import type { Vif } from './vif.js';

/** For whom and how an interface is plugged. */
export interface VifPlugOptions {
  /** The guest's id; a virtual switch is told. */
  instanceId: string;
  /**
   * Whether this host filters the guest's traffic by iptables, unless Neutron does: then a bridge of its
   * own sits between the guest and a virtual switch. Left out: no.
   */
  hostFilters?: boolean;
  /** Whether a tap may carry several queues. Left out: no. */
  multiqueue?: boolean;
  /**
   * Whether the hypervisor makes the tap and puts it on Open vSwitch itself, as libvirt does. Left out: yes.
   */
  hypervisorPlugs?: boolean;
}

/** Whether an interface gets a bridge of its own before a virtual switch. */
export function isHybrid(
  { details }: Vif,
  { hostFilters = false }: Omit<VifPlugOptions, 'instanceId'>,
): boolean {
  return details?.ovs_hybrid_plug === true || (hostFilters && details?.port_filter !== true);
}
