import { describe, expect, it } from 'vitest';
import { createReport } from '../src/report.js';

const fail = async (): Promise<string> => {
  throw new Error('no answer');
};

describe('the report', () => {
  it('goes on after a failed proof, and ends with status 1', async () => {
    const printed: string[] = [];
    const report = createReport('text', (text) => printed.push(text));
    await report.proof('a holds', async () => 'seen a');
    await report.proof('b holds', fail);
    await report.proof('c holds', async () => 'seen c');
    expect(report.finish()).toBe(1);
    expect(printed.join('\n')).toMatch(
      /✓.*1\. a holds[\s\S]*✗.*2\. b holds[\s\S]*no answer[\s\S]*✓.*3\. c holds[\s\S]*1 of 3 failed/,
    );
  });

  it('stops at a failed step, and notes it once', async () => {
    const printed: string[] = [];
    const report = createReport('json', (text) => printed.push(text));
    const error = await report.step('built', fail).catch((thrown: unknown) => thrown);
    report.failed('the demo', error);
    expect(report.finish()).toBe(1);
    expect(JSON.parse(printed.join(''))).toMatchObject({
      ok: false,
      lines: [{ claim: 'built', ok: false, detail: 'no answer' }],
    });
  });

  it('is no success when nothing was proved', () => {
    expect(createReport('json', () => {}).finish()).toBe(1);
  });

  it('is one JSON document with the times', async () => {
    const printed: string[] = [];
    const report = createReport('json', (text) => printed.push(text));
    await report.proof('a holds', async () => 'seen a');
    expect(report.finish()).toBe(0);
    expect(printed).toHaveLength(1);
    expect(JSON.parse(printed[0] ?? '')).toMatchObject({
      ok: true,
      lines: [{ number: 1, claim: 'a holds', ok: true, detail: 'seen a', milliseconds: expect.any(Number) }],
    });
  });
});
