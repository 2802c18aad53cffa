import { NotCoveredError } from '../not-covered.js';

/** What pfctl is asked for. */
export interface PfctlOptions {
  anchor: string;
  file: string | undefined;
  /** Only look whether the text can be taken. */
  checkOnly: boolean;
  quiet: boolean;
  verbose: boolean;
  enable: boolean;
  /** Names of ports and protocols as numbers. */
  shows: string[];
  flush: string | undefined;
  kills: string[];
  table: { name: string; command: string; addresses: string[] } | undefined;
}

const shown = [
  'rules',
  'nat',
  'ether',
  'states',
  'Anchors',
  'Tables',
  'info',
  'labels',
  'Interfaces',
  'Running',
];
const flushed = [
  'nat',
  'rules',
  'states',
  'Sources',
  'info',
  'Tables',
  'osfp',
  'ethernet',
  'Reset',
  'all',
  'queue',
];

/** Words may be shortened as long as it is clear which is meant; case matters. */
function complete(word: string, words: readonly string[], argv: readonly string[]): string {
  const exact = words.find((each) => each === word);
  const found = words.filter((each) => each.startsWith(word));
  const [one] = found;
  if (exact === undefined && (one === undefined || found.length > 1))
    throw new NotCoveredError(['pfctl', ...argv], `which of them is ${word}?`);
  return exact ?? one ?? word;
}

const withValue = new Set(['a', 'f', 's', 'F', 'k', 't', 'T', 'o']);

/** @throws NotCoveredError for options that FreeBSD's pfctl has not, or that nobody has described */
export function parsePfctlOptions(argv: readonly string[]): PfctlOptions {
  const options: PfctlOptions = {
    anchor: '',
    file: undefined,
    checkOnly: false,
    quiet: false,
    verbose: false,
    enable: false,
    shows: [],
    flush: undefined,
    kills: [],
    table: undefined,
  };
  const rest: string[] = [];
  let table: string | undefined;
  let command: string | undefined;
  const apply = (letter: string, value: string): void => {
    switch (letter) {
      case 'a':
        options.anchor = value;
        return;
      case 'f':
        options.file = value;
        return;
      case 's':
        options.shows.push(complete(value, shown, argv));
        return;
      case 'F':
        options.flush = complete(value, flushed, argv);
        return;
      case 'k':
        options.kills.push(value);
        return;
      case 't':
        table = value;
        return;
      case 'T':
        command = value;
        return;
      case 'o':
        if (value !== 'none') throw new NotCoveredError(['pfctl', ...argv], `-o ${value}`);
        return;
      case 'n':
        options.checkOnly = true;
        return;
      case 'q':
        options.quiet = true;
        return;
      case 'v':
        options.verbose = true;
        return;
      case 'e':
        options.enable = true;
        return;
      default:
        throw new NotCoveredError(['pfctl', ...argv], `-${letter}`);
    }
  };
  for (let at = 0; at < argv.length; at += 1) {
    const word = argv[at] ?? '';
    if (!word.startsWith('-') || word === '-' || rest.length > 0) {
      rest.push(word);
      continue;
    }
    for (let place = 1; place < word.length; place += 1) {
      const letter = word[place] ?? '';
      if (!withValue.has(letter)) {
        apply(letter, '');
        continue;
      }
      const attached = word.slice(place + 1);
      if (attached === '') at += 1;
      const value = attached === '' ? argv[at] : attached;
      if (value === undefined) throw new NotCoveredError(['pfctl', ...argv], `-${letter} without a value`);
      apply(letter, value);
      break;
    }
  }
  if ((table === undefined) !== (command === undefined))
    throw new NotCoveredError(['pfctl', ...argv], '-t and -T go together');
  if (table !== undefined && command !== undefined) options.table = { name: table, command, addresses: rest };
  else if (rest.length > 0) throw new NotCoveredError(['pfctl', ...argv], rest.join(' '));
  return options;
}
