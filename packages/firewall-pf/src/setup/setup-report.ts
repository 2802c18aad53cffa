/** A line that the main ruleset lacks. */
export interface MissingLine {
  line: string;
  /** Where in pf.conf it goes, for a person. */
  place: string;
}

/** A setting of the kernel that is another one than the groups need. */
export interface WrongSetting {
  name: string;
  value: string;
  wanted: string;
  /** What it is for. */
  because: string;
}

/** What {@link PfFirewall.setup} found. */
export interface SetupReport {
  /** Whether nothing is missing. */
  ready: boolean;
  /** Whether pf is enabled: `pfctl -e`, and at boot `pf_enable="YES"` in rc.conf. */
  enabled: boolean;
  missing: MissingLine[];
  settings: WrongSetting[];
  /** What was written: the file, and the backup of what it was. */
  written: { file: string; backup: string | undefined } | undefined;
}
