/** Runs a command line to its end, and gives what it prints. */
export type RunWords = (words: string, stdin?: string) => string | Promise<string>;

/** The paths of all anchors of a host. */
async function anchors(run: RunWords): Promise<string[]> {
  const shown = await run('pfctl -v -s Anchors');
  return shown
    .split('\n')
    .filter(Boolean)
    .map((line) => line.trim());
}

/** Empties all anchors of an owner behind his back. */
export async function emptyAnchors(run: RunWords, owner: string): Promise<void> {
  for (const anchor of await anchors(run))
    if (anchor.startsWith(`${owner}/`)) await run(`pfctl -a ${anchor} -f -`, '');
}

/** The rules of all anchors that are not the owner's, and of the main ruleset. */
export async function rulesOfOthers(
  run: RunWords,
  owner: string,
  kinds: readonly string[],
): Promise<string[]> {
  const found: string[] = [];
  for (const anchor of ['', ...(await anchors(run))]) {
    if (anchor === owner || anchor.startsWith(`${owner}/`)) continue;
    for (const kind of kinds) {
      const shown = await run(`pfctl ${anchor === '' ? '' : `-a ${anchor} `}-s ${kind}`);
      found.push(
        ...shown
          .split('\n')
          .filter(Boolean)
          .map((line) => `${anchor}: ${line}`),
      );
    }
  }
  return found;
}
