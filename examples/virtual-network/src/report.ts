import colors from 'picocolors';
import type { Survey } from './picture/survey.js';

interface Line {
  number?: number;
  claim: string;
  ok: boolean;
  milliseconds: number;
  /** What was seen, or why it failed. */
  detail: string;
}

/** Collects what happened; prints it as it happens, or as one JSON document at the end. */
export interface Report {
  /** A step that everything after it needs: a failure is noted and thrown on. */
  step(claim: string, work: () => Promise<string>): Promise<void>;
  /** A numbered proof: a failure is noted, and the next one is tried. */
  proof(claim: string, work: () => Promise<string>): Promise<void>;
  failed(claim: string, error: unknown): void;
  picture(survey: Survey, text: string): void;
  note(text: string): void;
  /** Prints the end and gives the exit status. */
  finish(): number;
}

export function createReport(form: 'text' | 'json', print: (text: string) => void): Report {
  const lines: Line[] = [];
  const started = performance.now();
  let number = 0;
  let shown: Survey | undefined;
  const say = (text: string): void => {
    if (form === 'text') print(text);
  };
  const add = (line: Line): void => {
    lines.push(line);
    say(renderLine(line));
  };
  const timed = async (
    line: { number?: number; claim: string },
    work: () => Promise<string>,
  ): Promise<unknown> => {
    const from = performance.now();
    try {
      add({ ...line, ok: true, detail: await work(), milliseconds: Math.round(performance.now() - from) });
      return undefined;
    } catch (error) {
      add({
        ...line,
        ok: false,
        detail: messageOf(error),
        milliseconds: Math.round(performance.now() - from),
      });
      return error;
    }
  };
  return {
    step: async (claim, work) => {
      const error = await timed({ claim }, work);
      if (error !== undefined) throw new StepFailed(error);
    },
    proof: async (claim, work) => {
      number += 1;
      await timed({ number, claim }, work);
    },
    failed: (claim, error) => {
      if (!(error instanceof StepFailed))
        add({ claim, ok: false, detail: messageOf(error), milliseconds: 0 });
    },
    picture: (survey, text) => {
      shown = survey;
      say(`\n${text}\n`);
    },
    note: say,
    finish: () => {
      const ok = lines.length > 0 && lines.every((line) => line.ok);
      const milliseconds = Math.round(performance.now() - started);
      if (form === 'json') print(JSON.stringify({ ok, milliseconds, lines, network: shown }, undefined, 2));
      else say(summary(ok, lines, milliseconds));
      return ok ? 0 : 1;
    },
  };
}

/** Already in the report. */
class StepFailed extends Error {
  constructor(cause: unknown) {
    super('a step failed', { cause });
  }
}

function renderLine({ number, claim, ok, milliseconds, detail }: Line): string {
  const mark = ok ? colors.green('✓') : colors.red('✗');
  const count = number === undefined ? '  ' : `${number}.`;
  const time = colors.dim(`${String(milliseconds).padStart(5)} ms`);
  return `${mark} ${time}  ${count} ${claim}\n${' '.repeat(15)}${ok ? colors.dim(detail) : colors.red(detail)}`;
}

function summary(ok: boolean, lines: readonly Line[], milliseconds: number): string {
  const failed = lines.filter((line) => !line.ok).length;
  const seconds = (milliseconds / 1000).toFixed(1);
  return ok
    ? colors.green(`All of it holds, in ${seconds} s.`)
    : colors.red(`${failed} of ${lines.length} failed, in ${seconds} s.`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
