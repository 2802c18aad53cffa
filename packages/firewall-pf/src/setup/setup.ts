import { type Intent, type OperationOptions, PlatformError } from 'netdev-core';
import type { HostFiles, Runner } from 'netdev-exec';
import type { SetupOptions } from '../options.js';
import type { Pfctl } from '../pfctl.js';
import { withReferences } from './edit-conf.js';
import { missingReferences, type Reference, referencesTo } from './references.js';
import { wrongSettings } from './settings.js';
import type { SetupReport } from './setup-report.js';

export interface SetupContext {
  pfctl: Pfctl;
  runner: Runner;
  files: HostFiles;
  owner: string;
  root: string;
  ether: boolean;
  intents: readonly Intent[];
}

/** See `PfFirewall.setup`. */
export async function setupHost(
  context: SetupContext,
  { write, ...options }: SetupOptions,
): Promise<SetupReport> {
  const references = referencesTo(context.root, context);
  const written =
    write === undefined
      ? undefined
      : await writeConf(context, write.file ?? '/etc/pf.conf', references, options);
  if (written !== undefined && write?.load === true)
    await context.pfctl.load(undefined, (await context.files.read(written.file)) ?? '', options);
  const missing = missingReferences(references, await shownLines(context, options));
  const enabled = await context.pfctl.isEnabled(options);
  const settings = await wrongSettings(context.runner, context.intents, options);
  return {
    ready: missing.length === 0 && settings.length === 0 && enabled,
    enabled,
    missing,
    settings,
    written,
  };
}

async function shownLines({ pfctl, ether }: SetupContext, options: OperationOptions): Promise<string[]> {
  const kinds = ether ? (['ether', 'translation', 'filter'] as const) : (['translation', 'filter'] as const);
  const lines: string[] = [];
  for (const kind of kinds) lines.push(...(await pfctl.show(undefined, kind, options)));
  return lines;
}

async function writeConf(
  { pfctl, files, owner }: SetupContext,
  file: string,
  references: readonly Reference[],
  options: OperationOptions,
): Promise<SetupReport['written']> {
  const before = await files.read(file);
  const after = withReferences(before ?? '', owner, references);
  if (after === before) return { file, backup: undefined };
  await pfctl.check(after, options);
  const backup = before === undefined ? undefined : await freeName(files, `${file}.before-netdev`);
  if (backup !== undefined && before !== undefined) await files.write(backup, before, { mode: 0o600 });
  await files.write(file, after);
  return { file, backup };
}

const MOST_BACKUPS = 1000;

async function freeName(files: HostFiles, base: string): Promise<string> {
  for (let number = 0; number < MOST_BACKUPS; number += 1) {
    const name = number === 0 ? base : `${base}.${number}`;
    if ((await files.read(name)) === undefined) return name;
  }
  throw new PlatformError({
    operation: 'back up',
    object: base,
    detail: `there are ${MOST_BACKUPS} backups`,
    hint: 'remove the old ones',
  });
}
