import { failed, type Program, printed } from './command.js';
import { NotCoveredError } from './not-covered.js';
import type { HostProcess } from './processes.js';

/** The columns that can be asked for, each with an empty header, and how they are printed (bin/ps: keyword.c, print.c). */
const columns: Readonly<Record<string, (process: HostProcess) => string>> = {
  'state=': ({ vnet }) => (vnet.jail === undefined ? 'Ss' : 'SsJ').padEnd(4),
  'lstart=': ({ began }) => timeText(began).padEnd(28),
  'command=': ({ argv }) => argv.join(' '),
};

/** ps(1) of one process: `-ww -o KEYWORD= … -p PID`. The processes of jails are shown on the host. */
export const ps: Program = ({ argv, kernel, vnet }) => {
  const [, wide, ...rest] = argv;
  const [option, pid] = rest.splice(-2);
  const asked = rest.filter((_, place) => place % 2 === 1);
  const isKnown = asked.every((column) => Object.hasOwn(columns, column));
  const hasOptions = rest.every((word, place) => place % 2 === 1 || word === '-o');
  // Only as the last column is a command printed whole.
  if (
    wide !== '-ww' ||
    option !== '-p' ||
    !isKnown ||
    !hasOptions ||
    asked.indexOf('command=') < asked.length - 1
  )
    throw new NotCoveredError(argv, 'these words');
  const found = /^\d+$/.test(pid ?? '') ? kernel.processes.get(Number(pid)) : undefined;
  if (found === undefined || (vnet !== kernel.host && found.vnet !== vnet)) return failed('');
  return printed(`${asked.map((column) => columns[column]?.(found)).join(' ')}\n`);
};

/** `Mon Nov 30 08:03:46 2026`: %c of strftime(3) in the C locale. */
function timeText(time: Date): string {
  // Mon, 30 Nov 2026 08:03:46 GMT
  const [weekday, day, month, year, clock] = time.toUTCString().replace(',', '').split(' ');
  return `${weekday} ${month} ${String(Number(day)).padStart(2)} ${clock} ${year}`;
}
