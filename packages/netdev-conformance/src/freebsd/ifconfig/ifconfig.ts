import { type CommandResult, failed, type Program, type ProgramCall, printed } from '../command.js';
import { CommandFailure } from '../command-failure.js';
import type { NetworkInterface } from '../network-interface.js';
import { NotCoveredError } from '../not-covered.js';
import { findInterface } from '../vnet.js';
import { addressWords, isBareAddress } from './address-words.js';
import { bridgeWords } from './bridge-words.js';
import { clone, destroy, isCloneType } from './clone.js';
import { linkWords } from './link-words.js';
import { showInterface } from './show.js';
import { moveInterface } from './vnet-words.js';
import type { Word, Work } from './work.js';

const words: ReadonlyMap<string, Word> = new Map([...linkWords, ...addressWords, ...bridgeWords]);

/** ifconfig(8), as far as the facts cover it. */
export const ifconfig: Program = (call) => {
  const [, first, ...rest] = call.argv;
  if (first === '-j') return inJail(call, rest);
  if (first === undefined || first.startsWith('-')) return list(call, first, rest);
  const [second, ...others] = rest;
  if (second === 'create') return create(call, first, others);
  return work(call, first, rest);
};

/** `-j JAIL`: from 14 on. */
function inJail(call: ProgramCall, [jail = '', ...rest]: readonly string[]): CommandResult {
  const vnet = call.kernel.jails.get(jail);
  if (call.kernel.version < 14 || vnet === undefined)
    throw new NotCoveredError(call.argv, '-j before 14, or of a jail that is not there');
  return ifconfig({ ...call, vnet, argv: ['ifconfig', ...rest] });
}

function list(
  { argv, vnet, kernel }: ProgramCall,
  option: string | undefined,
  rest: readonly string[],
): CommandResult {
  const given = rest.join(' ');
  if ((option === undefined || option === '-a') && given === '')
    return printed(vnet.interfaces.map((link) => showInterface(kernel, vnet, link)).join(''));
  if (option === '-g' && rest.length === 1) {
    const members = vnet.interfaces.filter(({ groups }) => groups.includes(given));
    return printed(members.map(({ name }) => `${name}\n`).join(''));
  }
  const shown: Record<string, (link: NetworkInterface) => boolean> = {
    '': () => true,
    ether: ({ type }) => type !== 'lo',
    '-u': ({ up }) => up,
    '-d': ({ up }) => !up,
  };
  const fits = option === '-l' ? shown[given] : undefined;
  if (fits === undefined) throw new NotCoveredError(argv, 'these options');
  return printed(
    `${vnet.interfaces
      .filter(fits)
      .map(({ name }) => name)
      .join(' ')}\n`,
  );
}

function create(call: ProgramCall, what: string, rest: readonly string[]): CommandResult {
  const { argv, kernel, vnet } = call;
  const [, type = '', unit = ''] = /^([a-z]+)(\d*)$/.exec(what) ?? [];
  const dotted = /^(.+)\.(\d+)$/.exec(what);
  try {
    if (dotted !== null) return createDotted(call, what, dotted, rest);
    if (unit === '' && findInterface(vnet, type) !== undefined)
      throw new NotCoveredError(argv, `cloning while an interface is called ${type}`);
    if (!isCloneType(type)) throw new NotCoveredError(argv, `the type of ${what}`);
    const link = clone(kernel, vnet, type, unit === '' ? undefined : Number(unit), argv);
    return through(call, link, rest, what);
  } catch (error) {
    if (error instanceof CommandFailure) return failed(`ifconfig: ${error.message}\n`);
    throw error;
  }
}

/** `em0.42 create`: the parent and the tag are in the name. */
function createDotted(
  call: ProgramCall,
  name: string,
  [, parent = '', tag = '']: RegExpExecArray,
  rest: readonly string[],
): CommandResult {
  if (findInterface(call.vnet, name) !== undefined)
    throw new NotCoveredError(call.argv, 'a name that is taken');
  const link = clone(call.kernel, call.vnet, 'vlan', undefined, call.argv);
  link.name = name;
  const result = through(call, link, ['vlan', tag, 'vlandev', parent, ...rest], name);
  return result;
}

function work(call: ProgramCall, name: string, rest: readonly string[]): CommandResult {
  const { kernel, vnet, argv } = call;
  const link = findInterface(vnet, name);
  if (rest[0] === '-vnet' && link === undefined) return fetchBack(call, name, rest[1]);
  if (link === undefined) return failed(`ifconfig: interface ${name} does not exist\n`);
  if (rest.length === 0) return printed(showInterface(kernel, vnet, link));
  if (rest[0] === 'ether' && rest.length === 1) throw new NotCoveredError(argv, 'a part of what is shown');
  if (rest[0] !== 'destroy') return through(call, link, rest, name);
  if (rest.length > 1) throw new NotCoveredError(argv, 'more after destroy');
  try {
    destroy(kernel, vnet, link);
    return printed('');
  } catch (error) {
    if (error instanceof CommandFailure) return failed(`ifconfig: ${error.message}\n`);
    throw error;
  }
}

function fetchBack(
  { kernel, vnet, argv }: ProgramCall,
  name: string,
  jail: string | undefined,
): CommandResult {
  const from = kernel.jails.get(jail ?? '');
  const link = from && findInterface(from, name);
  if (from === undefined || link === undefined)
    throw new NotCoveredError(argv, 'a jail or an interface that is not there');
  moveInterface(from, vnet, link, argv);
  return printed('');
}

/** Does the words from left to right and stops at the first that fails; what was done before it stays. */
function through(
  { argv, kernel, vnet }: ProgramCall,
  link: NetworkInterface,
  rest: readonly string[],
  asked: string,
): CommandResult {
  const state: Work = { argv, kernel, vnet, link, words: [...rest] };
  const name = (): string => (link.name === asked ? '' : `${link.name}\n`);
  try {
    while (state.words.length > 0) {
      const [word = ''] = state.words;
      const run = words.get(word) ?? (isBareAddress(word) ? words.get('inet') : undefined);
      if (run === undefined) throw new NotCoveredError(argv, `the word ${word}`);
      if (words.has(word)) state.words.shift();
      run(state);
    }
    return printed(name());
  } catch (error) {
    if (error instanceof CommandFailure) return failed(`ifconfig: ${error.message}\n`, { stdout: name() });
    throw error;
  }
}
