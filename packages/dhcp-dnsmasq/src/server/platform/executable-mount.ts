/** A place where something is mounted, and how. */
export interface Mount {
  point: string;
  options: readonly string[];
}

/** Whether programs can be run from a directory. Where no mount is known to cover it, it is taken to be so. */
export function allowsExecution(mounts: readonly Mount[], directory: string): boolean {
  let longest = '';
  let allowed = true;
  for (const { point, options } of mounts) {
    const prefix = point === '/' ? '/' : `${point}/`;
    // Of two mounts at one place the later covers the earlier.
    if (!`${directory}/`.startsWith(prefix) || prefix.length < longest.length) continue;
    longest = prefix;
    allowed = !options.includes('noexec');
  }
  return allowed;
}

/** Reads /proc/self/mountinfo (proc_pid_mountinfo(5)): the fifth word is the place, the sixth the options. */
export function parseMountinfo(text: string): Mount[] {
  return mountsOf(text, 4, 5);
}

/** Reads what `mount -p` prints, lines of fstab(5): what is mounted, the place, the type, the options. */
export function parseMountPrint(text: string): Mount[] {
  return mountsOf(text, 1, 3);
}

function mountsOf(text: string, place: number, options: number): Mount[] {
  return text.split('\n').flatMap((line) => {
    const words = line.split(/\s+/);
    const [point, said] = [words[place], words[options]];
    return point === undefined || said === undefined ? [] : [{ point, options: said.split(',') }];
  });
}
