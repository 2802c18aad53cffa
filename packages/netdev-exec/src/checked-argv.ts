import { InvalidArgumentError } from 'netdev-core';

/** A command, when it is one. @throws InvalidArgumentError */
export function checkedArgv(argv: readonly string[]): readonly string[] {
  if (argv.length === 0 || argv[0] === '') throw new InvalidArgumentError('argv', argv, 'a command');
  const bad = argv.find((word) => typeof word !== 'string' || word.includes('\0'));
  if (bad !== undefined) throw new InvalidArgumentError('argv', bad, 'a word without NUL');
  return argv;
}
