/** Chains and their rules by table, as the kernel would have them. */
export type Tables = Map<string, Map<string, string[]>>;

/** What a whole iptables-save text holds. */
export function readTables(text: string): Tables {
  return restore(new Map(), text);
}

/** What iptables-restore makes of tables when it does not flush them first. */
export function restore(before: Tables, text: string): Tables {
  const tables: Tables = new Map(
    [...before].map(([name, chains]) => [
      name,
      new Map([...chains].map(([chain, rules]) => [chain, [...rules]])),
    ]),
  );
  let chains = new Map<string, string[]>();
  for (const raw of text.split('\n')) {
    const line = raw.trim();
    if (line.startsWith('*')) {
      chains = tables.get(line.slice(1)) ?? new Map();
      tables.set(line.slice(1), chains);
      continue;
    }
    const [, counters = '[0:0]', step = ''] = /^(\[\d+:\d+\])?\s*(.*)$/.exec(line) ?? [];
    const [verb = '', chain = '', place = '', ...words] = step.split(' ');
    const rules = chains.get(chain) ?? [];
    // A line of a built-in chain sets its policy; one of another chain makes or empties it.
    if (step.startsWith(':'))
      chains.set(verb.slice(1), chain === '-' ? [] : (chains.get(verb.slice(1)) ?? []));
    else if (verb === '-A') chains.set(chain, [...rules, `${counters} ${[place, ...words].join(' ')}`]);
    else if (verb === '-I') rules.splice(Number(place) - 1, 0, `${counters} ${words.join(' ')}`);
    else if (verb === '-D') rules.splice(Number(place) - 1, 1);
    else if (verb === '-X') chains.delete(chain);
  }
  return tables;
}

/** Names each chain that is not as it was recorded. */
export function compareTables(expected: Tables, actual: Tables): string[] {
  const names = new Set([...expected.keys(), ...actual.keys()]);
  return [...names].flatMap((name) => {
    const [wanted, got] = [expected.get(name) ?? new Map(), actual.get(name) ?? new Map()];
    const chains = new Set<string>([...wanted.keys(), ...got.keys()]);
    return [...chains].flatMap((chain) =>
      isSameChain(wanted.get(chain), got.get(chain))
        ? []
        : [`table ${name}, chain ${chain}: ${show(wanted.get(chain))} became ${show(got.get(chain))}`],
    );
  });
}

/** Counters that the original set back to nothing may stand. */
function isSameChain(wanted: string[] | undefined, got: string[] | undefined): boolean {
  if (wanted === undefined || got === undefined) return wanted === got;
  return (
    wanted.length === got.length &&
    wanted.every(
      (rule, index) => rule === got[index] || rule === got[index]?.replace(/^\[\d+:\d+\]/, '[0:0]'),
    )
  );
}

function show(rules: string[] | undefined): string {
  return JSON.stringify(rules ?? 'no chain');
}
