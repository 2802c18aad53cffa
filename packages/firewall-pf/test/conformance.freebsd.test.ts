import { describeFirewallManager } from 'netdev-conformance/firewall';
import { createRunner, type Runner } from 'netdev-exec';
import { createPfFirewall } from '../src/index.js';
import { emptyAnchors, type RunWords, rulesOfOthers } from './shown-rules.js';

interface Subject {
  jail: string;
  run: RunWords;
}

const host = createRunner();
let count = 0;

const words =
  (runner: Runner): RunWords =>
  async (line, stdin) =>
    (await runner.run(line.split(' '), stdin === undefined ? {} : { stdin })).stdout;

/** Each requirement in a vnet jail of its own, whose pf nobody else uses. What becomes of packets is not tried here. */
describeFirewallManager<Subject>('firewall-pf on this host, in a vnet jail', {
  async setup() {
    count += 1;
    const jail = `netdev-pf${process.pid}-${count}`;
    await host.run(['jail', '-c', `name=${jail}`, 'persist', 'vnet']);
    return { jail, run: words(host.inNamespace({ name: jail })) };
  },
  open: ({ jail }, options) => createPfFirewall({ ...options, namespace: { name: jail } }),
  async teardown({ jail }) {
    await host.run(['jail', '-r', jail]);
  },
  breakRules: ({ run }) => emptyAnchors(run, 'cf-one'),
  foreignRules: ({ run }) => rulesOfOthers(run, 'cf-one', ['rules', 'nat']),
});
