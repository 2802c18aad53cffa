/**
 * Whether the known faults of the program that the raw tables come from (`nova.network.linux_net`) are
 * reproduced, for callers that count on them. Everybody else wants `mend`. What the faults are is
 * listed in linux-net-compat.
 */
export type FaultMode = 'keep' | 'mend';
