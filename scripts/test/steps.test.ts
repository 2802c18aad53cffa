import { expect, test } from 'vitest';
import { oneCheck, runSteps, type Step } from '../testing/steps.mjs';

test('a failing step is shown and hides none of the later ones', async () => {
  let printed = '';
  const steps = [
    { name: 'one', about: '', run: async () => oneCheck({ status: 0, output: 'quiet' }) },
    { name: 'two', about: '', run: async () => oneCheck({ status: 2, output: 'what went wrong' }) },
    { name: 'three', about: '', run: () => Promise.reject(new Error('thrown')) },
    { name: 'four', about: '', run: async () => ({ passed: 7, failed: 2, output: 'two of nine' }) },
  ];
  const print = (text: string) => {
    printed += text;
  };
  expect(await runSteps(steps, print)).toEqual({ passed: 8, failed: 4 });
  for (const shown of ['what went wrong', 'thrown', 'two of nine', '7 passed, 2 failed'])
    expect(printed).toContain(shown);
  expect(printed).not.toContain('quiet');
});

test('a step beside others runs while they do, and is shown behind them; the last one waits for all', async () => {
  const order: string[] = [];
  let printed = '';
  const turn = (name: string, milliseconds: number) => async () => {
    order.push(`${name} begins`);
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    order.push(`${name} ends`);
    return { passed: 2, failed: 0 };
  };
  const steps: Step[] = [
    { name: 'slow', about: '', run: turn('slow', 60), beside: true },
    { name: 'quick', about: '', run: turn('quick', 5) },
    { name: 'final', about: '', run: turn('final', 1), last: true },
  ];
  const print = (text: string) => {
    printed += text;
  };
  expect(await runSteps(steps, print)).toEqual({ passed: 6, failed: 0 });
  expect(order).toEqual([
    'slow begins',
    'quick begins',
    'quick ends',
    'slow ends',
    'final begins',
    'final ends',
  ]);
  expect(printed.split('\n').map((line) => line.split(':')[0])).toEqual(['quick', 'slow', 'final', '']);
});

test('steps that go together run so many at once, are shown in their order, and the next step waits for all', async () => {
  const order: string[] = [];
  const ends = new Map<string, () => void>();
  const step = (name: string, together?: true): Step => ({
    ...{ name, about: '', ...(together === undefined ? {} : { together }) },
    run: () => {
      order.push(name);
      return new Promise((resolve) => ends.set(name, () => resolve({ passed: 1, failed: 0 })));
    },
  });
  let printed = '';
  const steps = [step('one', true), step('two', true), step('three', true), step('alone')];
  const running = runSteps(
    steps,
    (text) => {
      printed += text;
    },
    2,
  );
  const begun = (...names: string[]) => expect.poll(() => order).toEqual(names);
  await begun('one', 'two');
  ends.get('two')?.();
  await begun('one', 'two', 'three');
  ends.get('three')?.();
  expect(printed).not.toContain('two');
  ends.get('one')?.();
  await begun('one', 'two', 'three', 'alone');
  ends.get('alone')?.();
  expect(await running).toEqual({ passed: 4, failed: 0 });
  expect(printed.split('\n').map((line) => line.split(':')[0])).toEqual(['one', 'two', 'three', 'alone', '']);
});
