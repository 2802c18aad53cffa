import { NotCoveredError } from '../not-covered.js';
import { type Anchor, emptyAnchor } from './anchors.js';
import type { PfKernel } from './create-pf.js';
import { type PfctlResult, said } from './pfctl.js';

/** `-F`: takes rules of a kind, tables or states away. */
export function flush(kernel: PfKernel, path: string, what: string, argv: readonly string[]): PfctlResult {
  const anchor = kernel.anchors.get(path) ?? emptyAnchor();
  const keep = (rules: Partial<Anchor['rules']>, tables = anchor.tables): void =>
    kernel.anchors.set(path, { rules: { ...anchor.rules, ...rules }, tables });
  switch (what) {
    case 'rules':
      keep({ filter: [] });
      return said('', 'rules cleared\n');
    case 'nat':
      keep({ nat: [], rdr: [], binat: [] });
      return said('', 'nat cleared\n');
    case 'ethernet':
      if (kernel.version < 14) break;
      keep({ ether: [] });
      return said('', 'Ethernet rules cleared\n');
    case 'Tables': {
      const { size } = anchor.tables;
      keep({}, new Map());
      return said('', `${size} tables deleted.\n`);
    }
    case 'states': {
      const { length } = kernel.states;
      kernel.states = [];
      return said('', `${length} states cleared\n`);
    }
    case 'all':
      if (path !== '') break;
      kernel.states = [];
      kernel.anchors.set('', emptyAnchor());
      return said('', 'rules cleared\nnat cleared\n');
  }
  throw new NotCoveredError(['pfctl', ...argv], `-F ${what} there`);
}
