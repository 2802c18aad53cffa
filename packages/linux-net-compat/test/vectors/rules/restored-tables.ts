/** A chain as the kernel has it: its policy (`-` for a chain that somebody made), counters and rules. */
export interface Chain {
  policy: string;
  counters: string;
  rules: string[];
}

/** Chains by table and name. */
export type Tables = ReadonlyMap<string, ReadonlyMap<string, Chain>>;

/** What a whole iptables-save text holds. */
export function readTables(text: string): Tables {
  return restore(new Map(), text);
}

/** What iptables-restore makes of tables when it does not flush them first; a table without its COMMIT stays. */
export function restore(before: Tables, text: string): Tables {
  const tables = new Map(before);
  let name = '';
  let chains = new Map<string, Chain>();
  for (const line of text.split('\n').map((raw) => raw.trim())) {
    if (line.startsWith('*')) {
      name = line.slice(1);
      chains = new Map(
        [...(tables.get(name) ?? [])].map(([key, chain]) => [key, { ...chain, rules: [...chain.rules] }]),
      );
    } else if (line === 'COMMIT') tables.set(name, chains);
    else if (line.startsWith(':')) declare(chains, line.slice(1));
    else if (line !== '' && !line.startsWith('#')) edit(chains, line);
  }
  return tables;
}

/** A line of a built-in chain sets its policy and counters; one of another chain makes or empties it. */
function declare(chains: Map<string, Chain>, line: string): void {
  const [name = '', policy = '-', counters = '[0:0]'] = line.split(' ');
  const rules = policy === '-' ? [] : (chains.get(name)?.rules ?? []);
  chains.set(name, { policy, counters, rules });
}

function edit(chains: Map<string, Chain>, line: string): void {
  const [, counters = '[0:0]', step = ''] = /^(\[\d+:\d+\])?\s*(.*)$/.exec(line) ?? [];
  const [verb = '', name = '', ...words] = step.split(' ');
  // A kernel refuses a rule of a chain that was not declared; the recorded host had none.
  const chain = chains.get(name) ?? { policy: '-', counters: '[0:0]', rules: [] };
  if (verb === '-X') {
    chains.delete(name);
    return;
  }
  if (verb === '-F' || verb === '-N') chain.rules = [];
  else editRules(chain.rules, verb, words, counters, line);
  chains.set(name, chain);
}

function editRules(rules: string[], verb: string, words: string[], counters: string, line: string): void {
  const [place = '', ...rest] = words;
  const isPlace = /^\d+$/.test(place);
  const rule = `${counters} ${(isPlace && verb !== '-A' ? rest : words).join(' ')}`;
  const index = isPlace ? Number(place) - 1 : 0;
  if (verb === '-A') rules.push(rule);
  else if (verb === '-I') rules.splice(index, 0, rule);
  else if (verb === '-R') rules.splice(index, 1, rule);
  else if (verb === '-D' && isPlace) rules.splice(index, 1);
  else if (verb === '-D') deleteByText(rules, words.join(' '));
  else rules.push(line);
}

function deleteByText(rules: string[], text: string): void {
  const index = rules.findIndex((rule) => rule.replace(/^\[\d+:\d+\] /, '') === text);
  if (index !== -1) rules.splice(index, 1);
}

/** Names each chain that is not as it was recorded. */
export function compareTables(expected: Tables, actual: Tables): string[] {
  const names = new Set([...expected.keys(), ...actual.keys()]);
  return [...names].flatMap((name) => {
    const [wanted, got] = [expected.get(name), actual.get(name)];
    if (wanted === undefined || got === undefined)
      return [`table ${name}: ${wanted === undefined ? 'it was not' : 'it is not'} there`];
    const chains = new Set([...wanted.keys(), ...got.keys()]);
    return [...chains].flatMap((chain) =>
      compareChains(`table ${name}, chain ${chain}`, wanted.get(chain), got.get(chain)),
    );
  });
}

function compareChains(what: string, wanted: Chain | undefined, got: Chain | undefined): string[] {
  if (wanted !== undefined && got !== undefined && isSameChain(wanted, got)) return [];
  return [`${what}: ${show(wanted)} became ${show(got)}`];
}

function isSameChain(wanted: Chain, got: Chain): boolean {
  return (
    wanted.policy === got.policy &&
    isSameCount(wanted.counters, got.counters) &&
    wanted.rules.length === got.rules.length &&
    wanted.rules.every((rule, index) => isSameRule(rule, got.rules[index] ?? ''))
  );
}

/** Counters that the original set back to nothing may stand. */
function isSameRule(wanted: string, got: string): boolean {
  return wanted === got || wanted === got.replace(/^\[\d+:\d+\]/, '[0:0]');
}

function isSameCount(wanted: string, got: string): boolean {
  return wanted === got || wanted === '[0:0]';
}

function show(chain: Chain | undefined): string {
  return chain === undefined ? 'no chain' : JSON.stringify([chain.policy, chain.counters, ...chain.rules]);
}
