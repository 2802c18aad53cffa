import type { Step, TablePlan } from './plan.js';

/**
 * Divides a change that is too large to be written at once, so that it is as good as if it were: first come new chains,
 * which nothing leads to yet, in portions; then all that a packet can meet, at once.
 *
 * @param most lines of a portion; the last one has as many as it needs
 */
export function portionsOf(plans: readonly TablePlan[], most: number): TablePlan[][] {
  const divided = plans.map((plan) => {
    const made = new Set(plan.steps.flatMap((step) => (isMade(step) ? [step.chain] : [])));
    const isUnseen = ({ do: does, chain }: Step): boolean => made.has(chain) && does !== 'remove-chain';
    return {
      unseen: chunksOf(plan, plan.steps.filter(isUnseen), most),
      last: { ...plan, steps: plan.steps.filter((step) => !isUnseen(step)) },
    };
  });
  const last = divided.map((plan) => plan.last).filter(({ steps }) => steps.length > 0);
  return [
    ...divided.flatMap(({ unseen }) => unseen.map((plan) => [plan])),
    ...(last.length > 0 ? [last] : []),
  ];
}

function isMade(step: Step): boolean {
  return step.do === 'declare' && step.isNew;
}

/** All chains before any rules, which may lead to chains that are declared later. */
function chunksOf(plan: TablePlan, steps: readonly Step[], most: number): TablePlan[] {
  const inOrder = [...steps.filter(isMade), ...steps.filter((step) => !isMade(step))];
  const single = inOrder.flatMap((step): Step[] => {
    if (step.do !== 'fill') return [step];
    const { chain } = step;
    return step.texts.map((text) => ({ do: 'append', chain, text, counters: undefined }));
  });
  const chunks: TablePlan[] = [];
  for (let start = 0; start < single.length; start += most)
    chunks.push({ ...plan, steps: single.slice(start, start + most) });
  return chunks;
}
