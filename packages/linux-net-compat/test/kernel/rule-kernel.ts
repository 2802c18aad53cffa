import type { Runner, RunOptions } from 'netdev-exec';
import { addSpaces, removeSpaces } from '../../../firewall-iptables/test/agent/agent.js';
import { createSpaceRunner } from '../../../firewall-iptables/test/agent/space-runner.js';
import { createReplies } from '../vectors/host-replies.js';
import type { Vector } from '../vectors/vector.js';

/** Which implementation of iptables. */
export type Variant = 'nft' | 'legacy';

/** A network namespace that is there for the rules of a real kernel. */
export interface RuleKernel {
  /** Replaces all rules of a family. @throws what the program said when the kernel does not take them */
  load(family: Family, text: string): Promise<void>;
  save(family: Family): Promise<string>;
  namespace: { name: string };
  runner: Runner;
  remove(): Promise<void>;
}

export type Family = 'iptables' | 'ip6tables';

let made = 0;

/** iptables-restore empties the tables that its input names. */
const emptied = ['filter', 'nat', 'mangle', 'raw'].map((table) => `*${table}\nCOMMIT\n`).join('');

export async function createRuleKernel(variant: Variant): Promise<RuleKernel> {
  made += 1;
  const namespace = { name: `rk${process.pid}x${made}` };
  await addSpaces(namespace.name);
  const runner = createSpaceRunner().inNamespace(namespace);
  const programOf = (family: Family, verb: string): string => `${family}-${variant}${verb}`;
  return {
    namespace,
    runner,
    load: async (family, text) => {
      await runner.run([programOf(family, '-restore'), '-c'], { stdin: `${emptied}${text}\n` });
    },
    save: async (family) => (await runner.run([programOf(family, '-save'), '-c'])).stdout,
    remove: async () => {
      await removeSpaces(namespace.name);
    },
  };
}

/** What the kernel held after each restore of the original's, by family. */
export type Results = Map<Family, string[]>;

/**
 * A runner whose rules are a real kernel's. As on the recorded host, every look at the rules finds those
 * of the vector's replies; other commands are answered by the replies alone.
 */
export function createKernelRunner(kernel: RuleKernel, variant: Variant, { host }: Vector) {
  const answerTo = createReplies(host.replies);
  const results: Results = new Map();
  const runOn = async (argv: readonly string[], options?: RunOptions) => {
    const [tool = '', ...words] = argv;
    const [, family, verb] = /^(ip6?tables)-(save|restore)$/.exec(tool) ?? [];
    if (family === undefined) return { argv, exitCode: 0, stdout: answerTo(argv).stdout, stderr: '' };
    const of = family as Family;
    if (verb === 'save') {
      await kernel.load(of, answerTo(argv).stdout);
      results.set(of, [...(results.get(of) ?? []), '']);
    }
    const result = await kernel.runner.run([`${family}-${variant}-${verb}`, ...words], options);
    results.get(of)?.splice(-1, 1, await kernel.save(of));
    return result;
  };
  const runner: Runner = { ...kernel.runner, run: runOn, inNamespace: () => runner };
  return { runner, results };
}
