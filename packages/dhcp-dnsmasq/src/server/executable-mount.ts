/**
 * Whether programs can be run from a directory, by the text of /proc/self/mountinfo (proc(5)): some systems mount
 * /run `noexec`, and a script in there is refused. Without that file (FreeBSD, a dry run) it is taken to be so.
 */
export function allowsExecution(mountinfo: string | undefined, directory: string): boolean {
  let longest = '';
  let allowed = true;
  for (const line of (mountinfo ?? '').split('\n')) {
    const [, , , , mountPoint, options] = line.split(' ');
    if (mountPoint === undefined || options === undefined) continue;
    const prefix = mountPoint === '/' ? '/' : `${mountPoint}/`;
    // Of two mounts at one place the later covers the earlier.
    if (!`${directory}/`.startsWith(prefix) || prefix.length < longest.length) continue;
    longest = prefix;
    allowed = !options.split(',').includes('noexec');
  }
  return allowed;
}
