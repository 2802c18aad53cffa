/** Words of ifconfig that take an operand, and what it is. */
const operands: Readonly<Record<string, string>> = {
  addm: '<interface>',
  deletem: '<interface>',
  stp: '<interface>',
  '-stp': '<interface>',
  private: '<interface>',
  '-private': '<interface>',
  learn: '<interface>',
  '-learn': '<interface>',
  discover: '<interface>',
  '-discover': '<interface>',
  vlandev: '<interface>',
  name: '<interface>',
  vlan: '<number>',
  mtu: '<number>',
  timeout: '<number>',
  maxaddr: '<number>',
  fwddelay: '<number>',
  ether: '<mac>',
  descr: '<text>',
  group: '<group>',
  '-group': '<group>',
  vnet: '<jail>',
  '-vnet': '<jail>',
  netmask: '<address>',
  broadcast: '<address>',
};

/**
 * What kind of command lines one is: the values in it replaced by what they are. ifconfig does its words from left to right as if
 * each had a command of its own, so such a line is one form a word.
 */
export function formsOf(argv: readonly string[]): string[] {
  const [program = '', ...words] = argv;
  if (program === 'jail') return [[program, ...words.map(jailWord)].join(' ')];
  if (program !== 'ifconfig') return [[program, ...plain(words)].join(' ')];
  const [first = '', second] = words;
  if (words.length === 0 || first.startsWith('-')) return [[program, ...words].join(' ')];
  const type = first.replace(/\d+$/, '');
  if (second === 'create')
    return [`ifconfig ${type === first ? type : `${type}<number>`} create`, ...units(words.slice(2))];
  return ['ifconfig <interface>', ...units(words.slice(1))];
}

function plain(words: readonly string[]): string[] {
  return words.map((word, place) => (words[place - 1] === '-iface' ? '<interface>' : value(word)));
}

function jailWord(word: string, place: number, words: readonly string[]): string {
  if (word.startsWith('name=')) return 'name=<jail>';
  return words[place - 1] === '-r' ? '<jail>' : word;
}

/** `192.0.2.1/24` and the like; what is none of them is a word of its program. */
function value(word: string): string {
  if (/^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/i.test(word)) return '<mac>';
  if (/^[0-9a-f:]*:[0-9a-f:]*(?:%\w+)?$/i.test(word)) return '<address>';
  if (/^[0-9a-f:]*:[0-9a-f:]*(?:%[\w.-]+)?\/\d+$/i.test(word)) return '<network>';
  if (/^\d+\.\d+\.\d+\.\d+$/.test(word)) return '<address>';
  if (/^\d+\.\d+\.\d+\.\d+\/\d+$/.test(word)) return '<network>';
  return word.replace(/=\d+$/, '=<number>');
}

function units(words: readonly string[]): string[] {
  const rest = [...words];
  const found: string[] = [];
  while (rest.length > 0) {
    const word = rest.shift() ?? '';
    const operand = operands[word];
    if (word === 'inet' || word === 'inet6') {
      // `inet alias ADDR` is `inet ADDR alias`.
      if (rest[0] === 'alias') found.push(`ifconfig … ${rest.shift()}`);
      found.push(`ifconfig … ${word} ${value(rest.shift() ?? '')}`);
    } else if (operand !== undefined && rest.length > 0) {
      rest.shift();
      found.push(`ifconfig … ${word} ${operand}`);
    } else found.push(`ifconfig … ${value(word)}`);
  }
  return found;
}
