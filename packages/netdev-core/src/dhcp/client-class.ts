/**
 * Clients that are alike, by what they send. One condition a class; a name that several entries have is one class of
 * all their clients.
 */
export interface ClientClass {
  /** Letters, digits, `-` and `_`, up to 32. */
  name: string;
  match: ClientMatch;
}

/**
 * - `architecture`: a processor and firmware, as a machine that boots from the network says (DHCP option 93, RFC 4578;
 *   numbers of IANA's "Processor Architecture Types");
 * - `vendorClass`: option 60 (RFC 2132, 9.13) holds this text;
 * - `userClass`: option 77 (RFC 3004) holds this text;
 * - `mac`: the first bytes of the MAC address: `52:54:00`.
 */
export type ClientMatch =
  | { architecture: BootArchitecture }
  | { vendorClass: string }
  | { userClass: string }
  | { mac: string };

/** The architectures that have a name here, or any number from 0 to 65535. */
export type BootArchitecture = keyof typeof bootArchitectures | number;

/** IANA, "Processor Architecture Types" of DHCPv6 (RFC 5970), which RFC 4578 shares. */
export const bootArchitectures = {
  bios: 0,
  'uefi-ia32': 6,
  'uefi-x64': 7,
  'uefi-arm32': 10,
  'uefi-arm64': 11,
  'uefi-x64-http': 16,
  'uefi-riscv64': 27,
} as const;

/** What a machine that boots from the network is to load. */
export interface BootFile {
  /** A path on the TFTP server, or a URL for HTTP boot. */
  file: string;
  /** Where the file is. Left out: the DHCP server itself. */
  serverAddress?: string;
  /** Only for clients of this class; see `DhcpNetwork.classes`. */
  class?: string;
}
