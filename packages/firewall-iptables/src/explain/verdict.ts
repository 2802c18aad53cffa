import type { Explanation, Verdict } from './explanation.js';
import type { Truth } from './truth.js';
import type { Station, Walk } from './walk-chain.js';

/** Adds up what becomes of a packet. */
export interface Judge {
  /** Whether the packet comes to the next station. */
  readonly reached: Exclude<Truth, 'no'>;
  /** Whether it goes no further. */
  readonly isOver: boolean;
  add(station: Station, walk: Walk): void;
  /** From here on nobody can say which way it goes. */
  loseTrack(): void;
  verdict(): Pick<Explanation, 'verdict' | 'decidedBy'>;
}

/** What becomes of a packet in one table of one hook, as far as can be said. */
type Fate = 'dropped' | 'accepted' | 'passed' | 'unknown';

/** @param stations all that the packet goes through */
export function createJudge(stations: readonly Station[]): Judge {
  // What the filter table of iptables accepts is accepted; of frames that it does not see, ebtables'.
  const isSeenByIp = stations.some(({ table, family }) => table === 'filter' && family !== 'bridge');
  const decides = ({ table, family }: Station): boolean =>
    table === 'filter' && (family !== 'bridge') === isSeenByIp;
  const decided: { fate: Fate; walk: Walk }[] = [];
  let dropping: Walk | undefined;
  let isInDoubt = false;

  return {
    get reached() {
      return isInDoubt ? 'unknown' : 'yes';
    },
    get isOver() {
      return dropping !== undefined;
    },
    add(station, walk) {
      const fate = fateOf(walk);
      if (fate === 'dropped') dropping = walk;
      if (mayDrop(walk)) isInDoubt = true;
      if (decides(station)) decided.push({ fate, walk });
    },
    loseTrack() {
      isInDoubt = true;
    },
    verdict() {
      if (dropping !== undefined) return { verdict: 'drop', decidedBy: onlyEnd(dropping) };
      const fates = decided.map(({ fate }) => fate);
      const accepted: Verdict = fates.includes('unknown')
        ? 'unknown'
        : fates.length > 0 && fates.every((fate) => fate === 'accepted')
          ? 'accept'
          : 'untouched';
      const verdict = isInDoubt ? 'unknown' : accepted;
      const last = decided.at(-1);
      return { verdict, decidedBy: verdict === 'accept' && last ? onlyEnd(last.walk) : undefined };
    },
  };
}

function fateOf({ ends, passes }: Walk): Fate {
  if (passes === 'yes') return 'passed';
  const kinds = new Set(ends.map(({ does }) => (does.kind === 'drop' ? 'dropped' : endOf(does.kind))));
  const [only] = kinds;
  return passes === 'no' && kinds.size === 1 && only !== undefined ? only : 'unknown';
}

/** A translation, too, ends the way through its table and goes on behind it. */
function endOf(kind: string): Fate {
  return ['accept', 'translate-source', 'translate-destination'].includes(kind) ? 'accepted' : 'unknown';
}

function mayDrop({ ends, passes }: Walk): boolean {
  return (
    ends.some(({ does }) => does.kind === 'drop' || endOf(does.kind) === 'unknown') ||
    (passes === 'unknown' && ends.length === 0)
  );
}

function onlyEnd({ ends }: Walk): Explanation['decidedBy'] {
  return ends.length === 1 ? ends[0] : undefined;
}
