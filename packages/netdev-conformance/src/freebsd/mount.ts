import { type Program, printed } from './command.js';
import { NotCoveredError } from './not-covered.js';

/** `mount -p`: what is mounted, in the form of fstab(5) (sbin/mount/mount.c, putfsent). Nothing is mounted `noexec` here. */
export const mount: Program = ({ argv }) => {
  if (argv.slice(1).join(' ') !== '-p') throw new NotCoveredError(argv, 'these words');
  return printed('/dev/ada0p2\t\t/\t\t\tufs\trw\t\t1 1\ndevfs\t\t\t/dev\t\t\tdevfs\trw\t\t0 0\n');
};
