import { addressText, defaultBroadcast, isLinkLocal, linkLocalOf, maskLength } from '../addressing.js';
import { CommandFailure } from '../command-failure.js';
import type { Inet, Inet6, NetworkInterface } from '../network-interface.js';
import { NotCoveredError } from '../not-covered.js';
import { dropRoutesBy } from '../routing-table.js';
import { tell, type Vnet } from '../vnet.js';
import { badValue, operand } from './operands.js';
import type { Word, Work } from './work.js';

interface Asked {
  address: string;
  length: number | undefined;
  broadcast: string | undefined;
  alias: boolean | undefined;
  noDad: boolean;
}

/** `inet …`: the words up to one that says nothing of an address. */
const inet: Word = (work) => {
  const asked = readAsked(work, 'inet');
  if (asked.alias === false) return removeAddress(work, 'inet', asked.address);
  const { address, length = classLength(work), broadcast = defaultBroadcast(address, length) } = asked;
  if (asked.alias === undefined) {
    const first = work.link.addresses.find(({ family }) => family === 'inet');
    if (first !== undefined) drop(work.vnet, work.link, first);
  }
  // One that is there is taken away first, and is the last then (sys/netinet/in.c, in_aifaddr_ioctl).
  const present = findAddress(work.link, 'inet', address);
  if (present !== undefined) drop(work.vnet, work.link, present);
  work.link.addresses.push({ family: 'inet', address, length, broadcast });
  bringUp(work);
};

const inet6: Word = (work) => {
  if (work.words[0] === 'auto_linklocal' || work.words[0] === '-ifdisabled') return;
  const asked = readAsked(work, 'inet6');
  const [address = ''] = asked.address.split('%');
  if (asked.alias === false) return removeAddress(work, 'inet6', address);
  const length = asked.length ?? 64;
  const tentative = !asked.noDad && work.link.up;
  const present = findAddress(work.link, 'inet6', address);
  if (present !== undefined) Object.assign(present, { length });
  else work.link.addresses.push({ family: 'inet6', address, length, tentative });
  bringUp(work);
};

/** An address brings an interface up (sys/net/if_ethersubr.c, ether_ioctl, SIOCSIFADDR). */
function bringUp({ vnet, link }: Work): void {
  link.up = true;
  ownLinkLocal(link);
  tell(vnet);
}

/** The link-local address that an interface makes for itself once it is up and may speak IPv6. */
export function ownLinkLocal(link: NetworkInterface): void {
  const { up, ifDisabled, autoLinkLocal, addresses, mac } = link;
  if (!up || ifDisabled || !autoLinkLocal || mac === undefined) return;
  if (addresses.some(({ address }) => isLinkLocal(address))) return;
  addresses.push({ family: 'inet6', address: linkLocalOf(mac), length: 64, tentative: false });
}

function readAsked(work: Work, family: 'inet' | 'inet6'): Asked {
  const { words } = work;
  const before = isAliasWord(words[0]) ? words.shift() : undefined;
  const [text = '', lengthText] = operand(work).split('/');
  const [plain = '', zone] = text.split('%');
  const address = addressText(plain, family) ?? badValue(text);
  if (zone !== undefined && zone !== work.link.name)
    throw new NotCoveredError(work.argv, 'a zone of another link');
  const asked: Asked = {
    address,
    length: lengthText === undefined ? undefined : Number(lengthText),
    broadcast: undefined,
    alias: aliasOf(before),
    noDad: false,
  };
  for (;;) {
    const [word] = words;
    if (isAliasWord(word)) asked.alias = aliasOf(words.shift());
    else if (word === 'netmask' && family === 'inet') asked.length = maskLength(nextAddress(work));
    else if (word === 'broadcast' && family === 'inet') asked.broadcast = nextAddress(work);
    else if (word === 'no_dad' && family === 'inet6') asked.noDad = words.shift() === 'no_dad';
    else return asked;
  }
}

function nextAddress(work: Work) {
  work.words.shift();
  const text = operand(work);
  return addressText(text, 'inet') ?? badValue(text);
}

function isAliasWord(word: string | undefined): boolean {
  return word === 'alias' || word === '-alias' || word === 'delete' || word === 'remove';
}

function aliasOf(word: string | undefined): boolean | undefined {
  return word === undefined ? undefined : word === 'alias';
}

function classLength({ argv }: Work): number {
  throw new NotCoveredError(argv, 'an address without the length of its network');
}

function findAddress(link: NetworkInterface, family: 'inet' | 'inet6', address: string) {
  return link.addresses.find((own) => own.family === family && own.address === address);
}

function removeAddress({ vnet, link }: Work, family: 'inet' | 'inet6', address: string): void {
  const present = findAddress(link, family, address);
  if (present === undefined) throw new CommandFailure("ioctl (SIOCDIFADDR): Can't assign requested address");
  drop(vnet, link, present);
}

function drop(vnet: Vnet, link: NetworkInterface, gone: Inet | Inet6): void {
  link.addresses = link.addresses.filter((own) => own !== gone);
  dropRoutesBy(vnet, link, gone);
  tell(vnet);
}

/** `ifconfig em0 192.0.2.1/24` is `inet` without the word. */
export function isBareAddress(word: string): boolean {
  return addressText(word.split('/')[0] ?? '', 'inet') !== undefined;
}

export const addressWords: readonly [string, Word][] = [
  ['inet', inet],
  ['inet6', inet6],
  [
    // Behind other words too: it goes with the address of the same command.
    'no_dad',
    ({ link, argv }) => {
      const last = link.addresses.at(-1);
      if (last?.family !== 'inet6' || !argv.includes('inet6'))
        throw new NotCoveredError(argv, 'no_dad alone');
      last.tentative = false;
    },
  ],
  [
    '-ifdisabled',
    ({ link }) => {
      link.ifDisabled = false;
      ownLinkLocal(link);
    },
  ],
  [
    'auto_linklocal',
    ({ link }) => {
      link.autoLinkLocal = true;
      ownLinkLocal(link);
    },
  ],
];
