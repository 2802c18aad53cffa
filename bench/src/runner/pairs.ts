/**
 * Runs contenders in rounds, each once a round. Who begins changes from round to round, so that what slows
 * down or warms up along the way is nobody's advantage.
 */
export async function runInTurn<Name extends string, Result>(
  contenders: readonly Name[],
  rounds: number,
  run: (contender: Name, round: number) => Promise<Result>,
): Promise<Map<Name, Result[]>> {
  const results = new Map<Name, Result[]>(contenders.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const name of orderOf(contenders, round)) results.get(name)?.push(await run(name, round));
  }
  return results;
}

/** The order of one round: forward in the even ones, backward in the odd ones. */
export function orderOf<Name>(contenders: readonly Name[], round: number): Name[] {
  return round % 2 === 0 ? [...contenders] : contenders.toReversed();
}
