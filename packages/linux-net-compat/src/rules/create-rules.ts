import type { ForeignOrder, IptablesFirewall, IptablesManager as RawTables } from 'firewall-iptables';
import { type FirewallManager, resolve } from 'netdev-core';
import type { LinuxNetConf } from '../conf/linux-net-conf.js';
import type { HostContext } from '../context.js';
import { executingRunner } from '../execute.js';
import { once } from '../once.js';
import { createIntentRules } from './create-intent-rules.js';
import { createIptablesRules } from './create-iptables-rules.js';
import { iptablesFor } from './iptables-classes.js';
import { IptablesManager } from './iptables-manager.js';
import { iptablesPackage } from './iptables-package.js';
import type { NetworkRules } from './network-rules.js';
import { parsePythonPattern } from './python-pattern.js';

/** The chains that programs with different binary names share, as the original called them. */
const SHARED_CHAINS = { filterTop: 'nova-filter-top', postroutingBottom: 'nova-postrouting-bottom' };

/** The original tried iptables-save and iptables-restore so often. */
const ATTEMPTS = 5;

/**
 * The rules of an instance: the original's where the firewall has raw tables, intents elsewhere.
 *
 * @param firewall a firewall, or the name of one; left out or `auto`: the platform's
 */
export function createRules(
  context: HostContext,
  firewall: FirewallManager | string | undefined,
): NetworkRules {
  const create = (): IptablesManager => createIptablesManager(context);
  if (typeof firewall === 'object') {
    if (!hasRawTables(firewall)) return createIntentRules(context, async () => firewall, firewall.name);
    const given = new IptablesManager(firewall.iptables, async () => firewall);
    return createIptablesRules(context, given, create);
  }
  if (firewall === 'firewall-iptables' || (isAuto(firewall) && process.platform === 'linux')) {
    if (iptablesPackage !== undefined) return createIptablesRules(context, create(), create);
  }
  const owner = context.binaryName.replace(/[^A-Za-z0-9_-]/g, '_');
  const resolved = once(() => resolve('firewall', firewall, { owner }));
  return createIntentRules(context, resolved, firewall ?? 'auto');
}

/** Raw tables, and the firewall that writes them once there is something to write. */
function createIptablesManager(context: HostContext): IptablesManager {
  const tables = createRawTables(context);
  const runner = executingRunner(context);
  const { locks } = context;
  const firewall = once(() =>
    iptablesFor('the firewall').createIptablesFirewall({ tables, runner, locks, attempts: ATTEMPTS }),
  );
  return new IptablesManager(tables, firewall);
}

function createRawTables({ conf, binaryName, faults }: HostContext): RawTables {
  foreignOrderOf(conf);
  const tables = iptablesFor('iptables_manager').IptablesManager;
  return new tables({
    owner: binaryName,
    shared: SHARED_CHAINS,
    ipv6: () => (conf.use_ipv6 ? 'always' : 'never'),
    faults,
    foreignOrder: () => foreignOrderOf(conf),
  });
}

function isAuto(name: string | undefined): boolean {
  return name === undefined || name === 'auto';
}

function hasRawTables(firewall: FirewallManager): firewall is IptablesFirewall {
  return 'iptables' in firewall;
}

/** @throws InvalidArgumentError for what is no regular expression */
function foreignOrderOf(conf: LinuxNetConf): ForeignOrder | undefined {
  const first = pattern(conf, 'iptables_top_regex');
  const last = pattern(conf, 'iptables_bottom_regex');
  return first === undefined && last === undefined ? undefined : { first, last };
}

function pattern(
  conf: LinuxNetConf,
  name: 'iptables_top_regex' | 'iptables_bottom_regex',
): RegExp | undefined {
  return conf[name] === '' ? undefined : parsePythonPattern(conf[name], `conf.${name}`);
}
