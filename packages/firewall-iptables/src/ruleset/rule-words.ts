/** The words of a rule as iptables-restore(8) takes them: between quotes a blank is none, a backslash covers one. */
export function ruleWords(rule: string): string[] {
  const words: string[] = [];
  for (const [word] of rule.matchAll(/(?:"(?:[^"\\]|\\.)*"|[^\s"])+/g))
    words.push(word.replace(/"((?:[^"\\]|\\.)*)"/g, (_, inner: string) => inner.replace(/\\(.)/g, '$1')));
  return words;
}

/** Whether every quote of a rule is closed. */
export function quotesAreClosed(rule: string): boolean {
  return !rule.replace(/"(?:[^"\\]|\\.)*"/g, '').includes('"');
}
