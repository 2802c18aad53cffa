/** One recorded run of the original; README.md beside this file tells what each key means. */
export interface Vector {
  name: string;
  conf: Record<string, unknown>;
  binary_name: string;
  now?: string;
  fixed_ips?: Record<string, unknown>[];
  fixed_ip_queries?: { host: string | null }[];
  host: {
    devices?: string[];
    files?: Record<string, string>;
    replies?: Reply[];
    pci?: Record<string, VirtualFunction>;
    argv0?: string;
  };
  calls: Call[];
  commands: Command[];
  sleeps?: number[];
  /** Modes as the shell writes them: `0644`. */
  chmods?: [path: string, mode: string][];
  writes: Record<string, string>;
  conf_after?: Record<string, unknown>;
  devices_after?: string[];
  rules: Record<string, Record<string, RecordedTable>>;
  order_free?: boolean;
}

/** What a command prints: the first whose `match` begins its words and that has uses left. */
export interface Reply {
  match: string[];
  stdout: string;
  stderr: string;
  exit: number;
  times?: number;
}

/** A virtual function of a network card: its device, that of the physical function, its number there. */
export interface VirtualFunction {
  ifname: string;
  pf_ifname: string;
  vf_num: string | number;
}

export interface Call {
  fn: string;
  args: unknown[];
  kwargs: Record<string, unknown>;
  returns?: unknown;
  raises?: string;
}

export interface Command {
  argv: string[];
  stdin: string | null;
  run_as_root: boolean;
  check_exit_code: number[] | false;
  attempts?: number;
}

export interface RecordedTable {
  chains: string[];
  unwrapped_chains: string[];
  rules: string[];
}
