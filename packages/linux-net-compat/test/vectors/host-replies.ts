import type { Reply } from './vector.js';

/** What a command of the recorded host came to. */
export interface Answer {
  exit: number;
  stdout: string;
  stderr: string;
}

/** Answers commands as the recorded host did; a command that it has no reply for succeeds silently. */
export function createReplies(replies: readonly Reply[] = []): (argv: readonly string[]) => Answer {
  const left = replies.map(({ times }) => times ?? Number.POSITIVE_INFINITY);
  return (argv) => {
    const index = replies.findIndex(
      ({ match }, place) => (left[place] ?? 0) > 0 && match.every((word, at) => word === argv[at]),
    );
    const reply = replies[index];
    if (reply === undefined) return { exit: 0, stdout: '', stderr: '' };
    left[index] = (left[index] ?? 0) - 1;
    return { exit: reply.exit, stdout: reply.stdout, stderr: reply.stderr };
  };
}
