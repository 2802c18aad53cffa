import { type ChildProcess, execFile } from 'node:child_process';
import type { Lab } from '../host.js';
import { countsOf, type KernelRule } from './counts.js';
import { pause } from './pause.js';

/** What the kernel tells of packets and the rules that they meet, of iptables-nft and ebtables-nft (nft(8), monitor). */
export interface Trace {
  /** The rules that were met since it was last told to forget, in order. */
  rules(): Promise<KernelRule[]>;
  forget(): void;
  stop(): void;
}

/** The families by their names for nft. */
const families = {
  ip: ['ipv4', 'iptables-nft-save'],
  ip6: ['ipv6', 'ip6tables-nft-save'],
  bridge: ['bridge', 'ebtables-nft-save'],
} as const;

const told = /trace id \S+ (ip6?|bridge) (filter|nat|mangle) (\S+) rule .*# handle (\d+) \(verdict/g;

/** Marks every packet of the router as one to be traced. */
export async function markForTrace(lab: Lab): Promise<void> {
  for (const family of Object.keys(families)) {
    for (const hook of ['prerouting', 'output']) {
      const chain = `chain ${family} watch ${hook} { type filter hook ${hook} priority -400; }`;
      const rule = `rule ${family} watch ${hook} meta nftrace set 1`;
      await lab.run('router', 'nft', `add table ${family} watch; add ${chain}; add ${rule}`);
    }
  }
}

/** Starts to listen. What the rules are has to be settled: nft knows no others. */
export async function startTrace(lab: Lab): Promise<Trace> {
  const watching = ['stdbuf', '-oL', 'nft', '-a', 'monitor', 'trace'];
  const child: ChildProcess = execFile('ip', ['netns', 'exec', lab.router, ...watching]);
  let output = '';
  child.stdout?.on('data', (text) => {
    output += text;
  });
  while (output === '') {
    await lab.run('router', 'busybox', 'ping', '-c', '1', '-W', '1', '127.0.0.1').catch(() => '');
    await pause(20);
  }
  let known = new Map<string, KernelRule>();
  let forgotten = 0;
  const handles = (): string[] => [...output.matchAll(told)].map(([, ...parts]) => parts.join(' '));
  return {
    async rules() {
      const met = handles().slice(forgotten);
      if (met.some((handle) => !known.has(handle))) known = await rulesByHandle(lab);
      return met.flatMap((handle) => known.get(handle) ?? []);
    },
    forget() {
      forgotten = handles().length;
    },
    stop: () => void child.kill('SIGKILL'),
  };
}

/** The rules that the tools of iptables print, by what a trace calls them. */
async function rulesByHandle(lab: Lab): Promise<Map<string, KernelRule>> {
  const found = new Map<string, KernelRule>();
  for (const [nftFamily, [family, save]] of Object.entries(families)) {
    const rules = countsOf(await lab.run('router', save, '-c'), family);
    for (const table of ['mangle', 'nat', 'filter']) {
      let chain = '';
      let place = 0;
      const listed = await lab.run('router', 'nft', '-a', 'list', 'table', nftFamily, table).catch(() => '');
      for (const line of listed.split('\n')) {
        const begun = /^\tchain (\S+) \{/.exec(line)?.[1];
        if (begun !== undefined) [chain, place] = [begun, 0];
        const handle = /^\t\t.*# handle (\d+)$/.exec(line)?.[1];
        if (handle === undefined) continue;
        place += 1;
        const rule = rules.get(`${family} ${table} ${chain} ${place}`);
        if (rule !== undefined) found.set(`${nftFamily} ${table} ${chain} ${handle}`, rule);
      }
    }
  }
  return found;
}
