/** A fixed address, and the guest that has it. Its values are written into files as they are: they have to be checked. */
export interface OriginalHost {
  address: string;
  /** As its owner spells it: the original never changed the case. */
  mac: string;
  /** `null` for a guest without a name. */
  hostname: string | null;
  /** Of the guest's interface. */
  vifId: string | number;
  /** Whether it is handed out. */
  allocated: boolean;
  /** Whether the guest has it. */
  leased: boolean;
  /** Whether the guest's default route is by this interface. */
  defaultRoute: boolean;
}
