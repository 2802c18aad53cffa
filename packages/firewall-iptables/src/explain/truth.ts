/** An answer that may be that nobody can say. */
export type Truth = 'yes' | 'no' | 'unknown';

/** Whether all hold: one that does not is enough for no. */
export function all(truths: Iterable<Truth>): Truth {
  let result: Truth = 'yes';
  for (const truth of truths) {
    if (truth === 'no') return 'no';
    if (truth === 'unknown') result = 'unknown';
  }
  return result;
}

/** Whether one of them holds. */
export function some(truths: Iterable<Truth>): Truth {
  let result: Truth = 'no';
  for (const truth of truths) {
    if (truth === 'yes') return 'yes';
    if (truth === 'unknown') result = 'unknown';
  }
  return result;
}

export function not(truth: Truth): Truth {
  return truth === 'unknown' ? 'unknown' : truth === 'yes' ? 'no' : 'yes';
}

/** What holds of a value, where `undefined` is one that nobody knows. */
export function of<Value>(value: Value | undefined, holds: (value: Value) => boolean): Truth {
  if (value === undefined) return 'unknown';
  return holds(value) ? 'yes' : 'no';
}
