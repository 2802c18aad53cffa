/** One recorded run of the original; the format is described beside the recordings. */
export interface Vector {
  name: string;
  conf: Record<string, unknown>;
  binary_name: string;
  now?: string;
  fixed_ips?: Record<string, unknown>[];
  fixed_ip_queries?: unknown[];
  host: {
    devices?: string[];
    files?: Record<string, string>;
    replies?: Reply[];
    argv0?: string;
  };
  calls: Call[];
  commands: Command[];
  sleeps?: number[];
  chmods?: [path: string, mode: number][];
  writes: Record<string, string>;
  conf_after?: Record<string, unknown>;
  devices_after?: string[];
  rules: Record<string, Record<string, RecordedTable>>;
  order_free?: boolean;
}

export interface Reply {
  match: string[];
  stdout: string;
  stderr: string;
  exit: number;
  times?: number;
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
