import { InvalidArgumentError } from 'netdev-core';
import type { Family } from '../tools/family.js';
import type { ChainRef, RenderedRule } from './rendered-rule.js';
import type { RenderedPart } from './rendering.js';

/** Where dropped packets are told of. */
export interface DropLogging {
  /** The group of NFLOG (iptables-extensions(8)) that a program such as ulogd2 or tcpdump (`-i nflog:5`) listens to: 0 to 65535. */
  group: number;
  /** How many packets a second are told of at most. Left out: 10. */
  perSecond?: 1 | 2 | 5 | 10 | 20 | 50 | 100 | 200 | 500 | 1000 | undefined;
}

const RATES: readonly number[] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

/** @throws InvalidArgumentError naming the field below `logDrops` */
export function parseDropLogging(value: DropLogging | undefined): Required<DropLogging> | undefined {
  if (value === undefined) return undefined;
  const { group, perSecond = 10 } = Object(value) as DropLogging;
  if (!Number.isInteger(group) || group < 0 || group > 0xffff) {
    throw new InvalidArgumentError('logDrops.group', group, 'a group of NFLOG: 0 to 65535');
  }
  // The kernel counts in ten-thousandths of a second, and prints other rates as the nearest that it can keep.
  if (!RATES.includes(perSecond)) {
    throw new InvalidArgumentError('logDrops.perSecond', perSecond, `one of ${RATES.join(', ')}`);
  }
  return { group, perSecond };
}

/** The chains that tell of a packet before they drop it. */
const dropChain: Readonly<Record<Family, string>> = { ipv4: 'drop', ipv6: 'drop', bridge: 'frames-drop' };

/** Whether a chain is one of those: its rules stand there whatever groups there are, as long as one of them drops. */
export function isDropChain(chain: string): boolean {
  return Object.values(dropChain).includes(chain);
}

/** The rules of those chains. */
export function dropRules({ group, perSecond }: Required<DropLogging>, owner: string): RenderedRule[] {
  return (['ipv4', 'ipv6', 'bridge'] as const).flatMap((family): RenderedRule[] => {
    const place = { family, table: 'filter', chain: dropChain[family], rank: 0 } as const;
    const tell =
      family === 'bridge'
        ? `--limit ${perSecond}/sec --limit-burst 5 --nflog-prefix "${owner}" --nflog-group ${group} -j CONTINUE`
        : `-m limit --limit ${perSecond}/sec -j NFLOG --nflog-prefix ${owner}${group === 0 ? '' : ` --nflog-group ${group}`}`;
    return [
      { ...place, text: tell },
      { ...place, text: '-j DROP' },
    ];
  });
}

/** The same part of a group, with what it drops told of before. */
export function tellOfDrops(part: RenderedPart, owner: string): RenderedPart {
  const used = new Map<string, ChainRef>();
  const rules = part.rules.map((rule): RenderedRule => {
    if (!rule.text.endsWith('-j DROP')) return rule;
    const chain = dropChain[rule.family];
    used.set(`${rule.family} ${rule.table}`, { family: rule.family, table: rule.table, chain });
    return { ...rule, text: rule.text.replace(/DROP$/, `${owner}-${chain}`) };
  });
  return { ...part, rules, chains: [...part.chains, ...used.values()] };
}
