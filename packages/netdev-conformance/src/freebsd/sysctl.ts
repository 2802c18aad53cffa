import { failed, type Program, type ProgramCall, printed } from './command.js';
import { NotCoveredError } from './not-covered.js';

/** Settings of the whole host, which nobody changes here. */
const ofHost: ReadonlyMap<string, number> = new Map([['kern.features.vimage', 1]]);

/** sysctl(8): reads one, with `-n` its value alone and with `-i` without minding that there is none; or sets one. */
export const sysctl: Program = (call) => {
  const words = call.argv.slice(1);
  const options = words.filter((word) => word.startsWith('-'));
  const [given, ...others] = words.filter((word) => !word.startsWith('-'));
  if (
    given === undefined ||
    others.length > 0 ||
    options.some((option) => option !== '-n' && option !== '-i')
  )
    throw new NotCoveredError(call.argv, 'these words');
  const [name = '', text] = given.split('=');
  const value = call.vnet.sysctls.get(name) ?? ofHost.get(name);
  if (value === undefined)
    return options.includes('-i') ? printed('') : failed(`sysctl: unknown oid '${name}'\n`);
  if (text === undefined) return printed(options.includes('-n') ? `${value}\n` : `${name}: ${value}\n`);
  return set(call, name, value, text);
};

function set({ vnet, argv }: ProgramCall, name: string, former: number, text: string) {
  if (!/^\d{1,9}$/.test(text) || !vnet.sysctls.has(name)) throw new NotCoveredError(argv, 'such a value');
  vnet.sysctls.set(name, Number(text));
  return printed(`${name}: ${former} -> ${text}\n`);
}
