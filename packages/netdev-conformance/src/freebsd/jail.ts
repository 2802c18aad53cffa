import { type Program, type ProgramCall, printed } from './command.js';
import { remove as removeInterface } from './ifconfig/clone.js';
import { moveInterface } from './ifconfig/vnet-words.js';
import { allVnets } from './kernel.js';
import type { NetworkInterface } from './network-interface.js';
import { NotCoveredError } from './not-covered.js';
import { createVnet, findInterface } from './vnet.js';

/** jail(8): `-c name=J persist vnet [vnet.interface=IF]…` and `-r J`. */
export const jail: Program = (call) => {
  const [, option, ...rest] = call.argv;
  if (call.vnet !== call.kernel.host) throw new NotCoveredError(call.argv, 'a jail in a jail');
  if (option === '-c') return create(call, rest);
  if (option === '-r' && rest.length === 1) return destroy(call, rest[0] ?? '');
  throw new NotCoveredError(call.argv, 'these words');
};

function create({ kernel, vnet, argv }: ProgramCall, words: readonly string[]) {
  const [name = '', ...others] = words;
  const given = others.filter((word) => word.startsWith('vnet.interface='));
  const plain = others.filter((word) => !given.includes(word)).join(' ');
  const key = name.startsWith('name=') ? name.slice('name='.length) : '';
  if (key === '' || plain !== 'persist vnet') throw new NotCoveredError(argv, 'these parameters');
  if (kernel.jails.has(key)) throw new NotCoveredError(argv, 'a name that is taken');
  const made = createVnet(key);
  const links = given.map((word): NetworkInterface => {
    const link = findInterface(vnet, word.slice('vnet.interface='.length));
    if (link === undefined) throw new NotCoveredError(argv, 'an interface that is not there');
    return link;
  });
  kernel.jails.set(key, made);
  for (const link of links) moveInterface(vnet, made, link, argv);
  return printed('');
}

/** What was made elsewhere goes back there; what was made inside, or runs there, goes with it. */
function destroy({ kernel, argv }: ProgramCall, name: string) {
  const gone = kernel.jails.get(name);
  if (gone === undefined) throw new NotCoveredError(argv, 'a jail that is not there');
  for (const process of [...kernel.processes.values()].filter(({ vnet }) => vnet === gone)) process.kill();
  const stacks = allVnets(kernel);
  for (const link of gone.interfaces.filter(({ home }) => home !== gone)) {
    moveInterface(gone, link.home, link, argv);
  }
  kernel.jails.delete(name);
  for (const { peer } of gone.interfaces) {
    const there = peer && stacks.find((one) => one !== gone && one.interfaces.includes(peer));
    if (peer !== undefined && there !== undefined) removeInterface(there, peer);
  }
  return printed('');
}

/** `jls name`: the names of the jails, one a line (usr.sbin/jls/jls.8). */
export const jls: Program = ({ argv, kernel, vnet }) => {
  if (argv.length !== 2 || argv[1] !== 'name' || vnet !== kernel.host)
    throw new NotCoveredError(argv, 'these words');
  return printed([...kernel.jails.keys()].map((name) => `${name}\n`).join(''));
};
