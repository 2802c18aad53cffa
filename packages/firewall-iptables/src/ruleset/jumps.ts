import { InvalidArgumentError } from 'netdev-core';

/** A rule that was written by hand, and the chain that it goes to. */
export interface Jump {
  to: string;
  rule: string;
}

/**
 * Checks what rules that were written by hand lead to, as the kernel would only find it when other families are changed
 * already.
 *
 * @param jumps by the chain that the rule is in
 * @param isMissing whether a chain is one of ours that is not to be there
 * @throws InvalidArgumentError for a chain that is not there, or that leads back to itself
 */
export function checkJumps(
  jumps: ReadonlyMap<string, readonly Jump[]>,
  isMissing: (chain: string) => boolean,
): void {
  for (const list of jumps.values()) {
    for (const { to, rule } of list)
      if (isMissing(to))
        throw new InvalidArgumentError('rule', rule, 'a rule that goes to a chain of its table');
  }
  const done = new Set<string>();
  for (const start of jumps.keys()) checkFrom(start, jumps, done);
}

/** Walks as the kernel does, without calling itself: there may be thousands of chains in a row. */
function checkFrom(start: string, jumps: ReadonlyMap<string, readonly Jump[]>, done: Set<string>): void {
  const way: { chain: string; next: number }[] = [{ chain: start, next: 0 }];
  const onWay = new Set([start]);
  for (let here = way.at(-1); here !== undefined; here = way.at(-1)) {
    const jump = done.has(here.chain) ? undefined : jumps.get(here.chain)?.[here.next++];
    if (jump === undefined) {
      done.add(here.chain);
      onWay.delete(here.chain);
      way.pop();
    } else if (onWay.has(jump.to)) {
      throw new InvalidArgumentError('rule', jump.rule, `a rule that does not lead back to ${jump.to}`);
    } else {
      onWay.add(jump.to);
      way.push({ chain: jump.to, next: 0 });
    }
  }
}
